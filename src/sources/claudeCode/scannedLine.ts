/** The line that the WebAssembly scanner is at, as `assistantLine` answers it; nothing is made of what nobody asks for. */
import type { FieldRow } from '../reading/fieldRow';
import { iterationsOf, type AssistantLine, type IterationFields, type UsageFields } from './transcriptLine';

/** Where they are in a line. */
const places = {
  type: 'type',
  message: 'message',
  requestId: 'requestId',
  uuid: 'uuid',
  parentUuid: 'parentUuid',
  timestamp: 'timestamp',
  sessionId: 'sessionId',
  cwd: 'cwd',
  isSidechain: 'isSidechain',
  isApiErrorMessage: 'isApiErrorMessage',
  forkedFrom: 'forkedFrom',
  costUSD: 'costUSD',
  id: 'message.id',
  model: 'message.model',
  usage: 'message.usage',
  input_tokens: 'message.usage.input_tokens',
  output_tokens: 'message.usage.output_tokens',
  cache_creation_input_tokens: 'message.usage.cache_creation_input_tokens',
  cache_read_input_tokens: 'message.usage.cache_read_input_tokens',
  cache_creation: 'message.usage.cache_creation',
  ephemeral_5m_input_tokens: 'message.usage.cache_creation.ephemeral_5m_input_tokens',
  ephemeral_1h_input_tokens: 'message.usage.cache_creation.ephemeral_1h_input_tokens',
  output_tokens_details: 'message.usage.output_tokens_details',
  thinking_tokens: 'message.usage.output_tokens_details.thinking_tokens',
  server_tool_use: 'message.usage.server_tool_use',
  web_search_requests: 'message.usage.server_tool_use.web_search_requests',
  service_tier: 'message.usage.service_tier',
  speed: 'message.usage.speed',
  inference_geo: 'message.usage.inference_geo',
  iterations: 'message.usage.iterations',
} as const;

export const scannedFields: readonly string[] = Object.values(places);

/** What lines of one session and model differ in. */
export const varyingFields: readonly string[] = [
  places.id,
  places.requestId,
  places.uuid,
  places.parentUuid,
  places.timestamp,
  places.input_tokens,
  places.output_tokens,
  places.cache_creation_input_tokens,
  places.cache_read_input_tokens,
  places.ephemeral_5m_input_tokens,
  places.ephemeral_1h_input_tokens,
  places.thinking_tokens,
  places.web_search_requests,
];

/** Of each field its slot. */
export const slots = Object.fromEntries(Object.keys(places).map((name, slot) => [name, slot])) as Record<
  keyof typeof places,
  number
>;

class ScannedUsage implements UsageFields {
  constructor(private readonly row: FieldRow) {}

  get input_tokens(): unknown {
    return this.row.value(slots.input_tokens);
  }
  get output_tokens(): unknown {
    return this.row.value(slots.output_tokens);
  }
  get cache_creation_input_tokens(): unknown {
    return this.row.value(slots.cache_creation_input_tokens);
  }
  get cache_read_input_tokens(): unknown {
    return this.row.value(slots.cache_read_input_tokens);
  }
  get ephemeral_5m_input_tokens(): unknown {
    return this.row.value(slots.ephemeral_5m_input_tokens);
  }
  get ephemeral_1h_input_tokens(): unknown {
    return this.row.value(slots.ephemeral_1h_input_tokens);
  }
  get thinking_tokens(): unknown {
    return this.row.value(slots.thinking_tokens);
  }
  get web_search_requests(): unknown {
    return this.row.value(slots.web_search_requests);
  }
  get service_tier(): unknown {
    return this.row.value(slots.service_tier);
  }
  get speed(): unknown {
    return this.row.value(slots.speed);
  }
  get inference_geo(): unknown {
    return this.row.value(slots.inference_geo);
  }
}

export class ScannedLine implements AssistantLine {
  readonly usage: UsageFields;

  constructor(readonly row: FieldRow) {
    this.usage = new ScannedUsage(row);
  }

  /** Whether the line has usage of a model. */
  get isAssistant(): boolean {
    const { row } = this;
    return row.isObject(slots.usage) && row.isObject(slots.message) && row.value(slots.type) === 'assistant';
  }
  get id(): unknown {
    return this.row.value(slots.id);
  }
  get model(): unknown {
    return this.row.value(slots.model);
  }
  get requestId(): unknown {
    return this.row.value(slots.requestId);
  }
  get uuid(): unknown {
    return this.row.value(slots.uuid);
  }
  get parentUuid(): unknown {
    return this.row.value(slots.parentUuid);
  }
  get timestamp(): unknown {
    return this.row.value(slots.timestamp);
  }
  get sessionId(): unknown {
    return this.row.value(slots.sessionId);
  }
  get cwd(): unknown {
    return this.row.value(slots.cwd);
  }
  get isSidechain(): boolean {
    return this.row.value(slots.isSidechain) === true;
  }
  get isApiErrorMessage(): boolean {
    return this.row.value(slots.isApiErrorMessage) === true;
  }
  get forked(): boolean {
    return this.row.value(slots.forkedFrom) !== undefined;
  }
  get costUSD(): unknown {
    return this.row.value(slots.costUSD);
  }
  get iterations(): readonly IterationFields[] {
    return iterationsOf(this.row.value(slots.iterations));
  }
}
