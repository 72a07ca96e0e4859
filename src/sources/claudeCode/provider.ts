/** Which cloud served a call, where the ids tell; `null` leaves it to the model's name. */

/** `us.anthropic.claude-…`, `anthropic.claude-…-v1:0`, also inside an inference profile's ARN. */
const bedrockModel = /(?:^|[./])anthropic\.claude|^arn:aws[\w-]*:bedrock:/;
const vertexModel = /@(?:\d{8}|latest|default)(?:\[1m\])?$/;

export function providerOf(model: string, call: string, request: string | null): 'bedrock' | 'vertex' | null {
  if (call.startsWith('msg_bdrk_') || bedrockModel.test(model)) return 'bedrock';
  if (call.includes('_vrtx_') || request?.includes('_vrtx_') === true || vertexModel.test(model)) return 'vertex';
  return null;
}
