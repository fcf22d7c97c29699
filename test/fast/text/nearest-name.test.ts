import { expect, it } from 'vitest';
import { nearestName } from '../../../src/text/nearest-name.ts';

const NAMES = ['openid', 'myinfo.name', 'myinfo.nric_number', 'myinfo.passport_number'];

it.each([
  ['myinfo.nmae', 'myinfo.name'],
  ['myinfo.nric_numbr', 'myinfo.nric_number'],
  ['MyInfo.Name', 'myinfo.name'],
  ['opened', 'openid'],
  ['name', 'myinfo.name'],
  ['passport_number', 'myinfo.passport_number'],
  ['myinfo-name', 'myinfo.name'],
  ['email', undefined],
  ['x', undefined],
  ['', undefined],
])('the name nearest to %j is %s', (text, expected) => {
  expect(nearestName(text, NAMES)).toBe(expected);
});
