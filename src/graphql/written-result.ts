import type { ExecutionResult } from 'graphql';

/** A result whose JSON is there already; what has no use for that reads its data. */
export class WrittenResult implements ExecutionResult {
  readonly json: string | Buffer;

  constructor(json: string | Buffer) {
    this.json = json;
  }

  get data(): Record<string, unknown> {
    return this.toJSON().data;
  }

  toJSON(): { data: Record<string, unknown> } {
    return JSON.parse(this.json.toString()) as { data: Record<string, unknown> };
  }
}
