import type { PothosOutputFieldConfig, SchemaTypes } from '@pothos/core';
import type { GraphQLField } from 'graphql';

/** Resolves the field of a subscription: what it tells is the event itself. */
export const theEvent = <Event>(event: Event): Event => event;

/** Whether a field's resolver has nothing to say beside the event. */
export const tellsTheEvent = ({ extensions }: GraphQLField<unknown, unknown>): boolean =>
  (extensions['pothosConfig'] as PothosOutputFieldConfig<SchemaTypes> | undefined)?.resolve === theEvent;
