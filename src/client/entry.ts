// What `internet-assistant/client` is: the client, and every document of schema/operations with its types.
export { type Client, type ClientOptions, createClient } from './client.ts';
export { OperationError, type ServerError, SignedOut, Unreached } from './errors.ts';
export type { KeptTokens } from './session.ts';
export * from '../generated/operations.ts';
