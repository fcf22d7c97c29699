import { describe, expect, it } from 'vitest';
import { messagesOf } from '../../../../src/trace/sequence.ts';
import { recordVerified } from '../recording.ts';

describe('messagesOf', () => {
  it('has a reply before what follows from it, although times are rounded', () => {
    const { recorder } = recordVerified();
    recorder.dataFetched(1);
    const trace = recorder.finish();
    const records = trace.records.map((record) =>
      // As if the reply had come 0.1 ms after the work on it began.
      record.step === 'userinfo' ? { ...record, durationMs: record.durationMs + 0.1 } : record,
    );
    const said = messagesOf({ ...trace, records }).map(({ kind, label }) => `${kind} ${label}`);
    expect(said.slice(-2)).toEqual(['reply 200', 'note decrypt the claims']);
    const requests = said.filter((message) => /^re(quest (GET|POST)|ply)/.test(message));
    expect(requests.map((message) => message.split(' ')[0])).toEqual([
      'request',
      'request',
      'reply',
      'request',
      'reply',
      'request',
      'reply',
    ]);
  });
});
