import type { Route } from 'playwright-core';
import { documentId } from './client.ts';

/** Whether what the page asks for is this document. */
export const isAbout = (route: Route, document: object): boolean =>
  route
    .request()
    .postData()
    ?.includes(documentId(document as never)) ?? false;
