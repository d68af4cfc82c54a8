import type { ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import { seeErrors } from './seen.ts';

export function sendJson(response: ServerResponse, status: number, content: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
    .end(JSON.stringify(content));
}

export function sendHtml(response: ServerResponse, html: string): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
}

/** An error that came before GraphQL, in GraphQL's own form. */
export function sendError(response: ServerResponse, error: GraphQLError): void {
  const { http, ...extensions } = error.extensions as { http?: { status: number } };
  seeErrors([error]);
  sendJson(response, http?.status ?? 500, { errors: [{ message: error.message, extensions }] });
}
