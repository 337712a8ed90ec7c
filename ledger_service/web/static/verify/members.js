// Whose receipt it is: this library's, or another member's of its consortium. The members' keys are those that this
// library has checked by two signatures and by its own reading of the chain; a node of one's own tells the rest. What
// a member said counts no more once the council closed the account that signed it, from a time before that.

import { originOf } from "../verifier/ledger/note.js";

const nameOf = (key) => key.split("+", 1)[0];

/**
 * Resolve with {deployment, library}: by which deployment a receipt or evidence of absence is checked, and the name of
 * the other library whose it is. Its own ledger's deployment, and null, where it is this library's or nobody's here.
 *
 * @param {object} evidence what openEvidence read
 * @param {object} deployment this library's
 */
export async function deploymentOfMember(evidence, deployment) {
  const origin = originOf((evidence.map === undefined ? evidence : evidence.receipt).checkpoint);
  if (origin === nameOf(deployment.key)) return { deployment, library: null };
  const member = (await membersKnown()).find(
    ({ announcement, counts }) => counts && nameOf(announcement.key) === origin,
  );
  if (member === undefined) return { deployment, library: null };
  const { name, key } = member.announcement;
  return { deployment: { ...deployment, key, steward: member.steward }, library: name };
}

async function membersKnown() {
  const answer = await fetch("/api/v1/consortium/members");
  return answer.ok ? (await answer.json()).members : []; // a library alone has none
}
