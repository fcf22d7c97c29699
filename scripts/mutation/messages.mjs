// Leaves the text of messages alone: that a sentence is not empty is for test/fast/screens and docs to hold. Codes, names of
// parameters and headers, and whatever else is no sentence, are mutated.

/** Three words or more, one of them in lower case: no scope, header, policy or armour of a PEM is like that. */
const isSentence = (text) => / \S+ /.test(text) && / [a-z]{2,}(?:[ ,.:;)]|$)/.test(text);

const isPlain = ({ type }) => type === 'Identifier' || type === 'MemberExpression';

/** A node that is left alone takes what is in it along: so only a template of plain names. */
function textOf({ type, value, quasis, expressions }) {
  if (type === 'StringLiteral') return value;
  if (type === 'TemplateLiteral' && expressions.every(isPlain))
    return quasis.map(({ value }) => value.raw).join('x');
  return '';
}

const shouldIgnore = ({ node }) => (isSentence(textOf(node)) ? 'the text of a message' : undefined);

export const strykerPlugins = [{ kind: 'Ignore', name: 'messages', value: { shouldIgnore } }];
