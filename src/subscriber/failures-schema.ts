import { failureRef, UserError } from '../graphql/failures.ts';

export const RecentSimChange = failureRef('RecentSimChange').implement({
  description: 'The line’s SIM was changed lately: this has to wait, in case a thief did that.',
  interfaces: [UserError],
  fields: (t) => ({
    until: t.field({ type: 'DateTime', description: 'Until when.', resolve: ({ until }) => until }),
  }),
});
