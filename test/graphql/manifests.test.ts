import { expect, test } from 'vitest';
import { manifestsOf } from '../../src/graphql/manifests.ts';

const NOW = { 'sha256:now': 'query Now { identity { kind } }' };

test('a document that was registered before stays, its successor comes after it', async () => {
  const before: Record<string, string>[] = [
    { 'sha256:old': 'query Now { identity { name } }' },
    { 'sha256:now': NOW['sha256:now'] },
  ];
  const { documents } = await manifestsOf(NOW, before);
  expect(Object.keys(documents)).toEqual(['sha256:old', 'sha256:now']);
});

test('one that no longer fits the schema fails by its name', async () => {
  const before = [{ 'sha256:old': 'query Former { identity { nickname } }' }];
  await expect(manifestsOf(NOW, before)).rejects.toThrow(/^Former \(sha256:old…\): .*nickname/);
});

test('partners’ documents stay theirs, with their scopes', async () => {
  const before = [{ 'sha256:p': { text: 'query OldOne { me { fullName } }' } }];
  const { documents, partnerDocuments } = await manifestsOf(NOW, before);
  expect(Object.keys(documents)).toEqual(['sha256:now']);
  expect(partnerDocuments).toEqual({
    'sha256:p': { name: 'OldOne', scopes: ['line:read'], text: 'query OldOne { me { fullName } }' },
  });
});

test('a document for partners with a field that is not for them fails by the names of both', async () => {
  const made = { 'sha256:bad': 'query PartnerLine { me { sessions { id } } }' };
  await expect(manifestsOf(made, [])).rejects.toThrow(
    'PartnerLine: Not open to partners: Subscriber.sessions, Session.id',
  );
});
