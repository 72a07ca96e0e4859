/** Which addresses are asked for a price list: https anywhere, http on this machine only, and never with a password in it. */
import { FeedError } from './feedError';

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

export const isLoopback = ({ hostname }: URL): boolean => loopback.test(hostname);

/** Throws a `FeedError` for an address that is not asked. */
export function checkedAddress(text: string, from?: URL): URL {
  const url = URL.canParse(text, from?.href) ? new URL(text, from?.href) : null;
  if (url === null) throw new FeedError('bad_address', `${text} is no address`);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) {
    throw new FeedError('bad_address', `${url.href} is neither https nor http on this machine`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new FeedError('bad_address', 'an address with a name or a password in it is not asked');
  }
  // A server elsewhere must not have us ask what only this machine can reach.
  if (from !== undefined && isLoopback(url) && !isLoopback(from)) {
    throw new FeedError('redirect', `${from.href} leads to this machine`);
  }
  return url;
}
