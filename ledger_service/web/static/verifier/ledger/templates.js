// The facts that an entry of each kind has (docs/formats.md §1): a pattern of its text, or null for a whole
// number. Written by scripts/vectors/templates.py from domain/ledger/entry.py.

const HEX32 = /^[0-9a-f]{64}$/;
const HEX4 = /^[0-9a-f]{8}$/;
const CID = /^f01(?:55|70)1220[0-9a-f]{64}$/;
const STATEMENT =
  /^(?:fixity|key-destroyed|usage|usage-month|model|report|attendance|cosignature|endorsement|parts-destroyed|issuer-key|status-list|certificate|hall|lab-record|kept|moved)$/;
export const TEMPLATES = {
  steward: { steward: HEX32, block: null },
  license: {
    license: HEX32,
    uri: HEX32,
    policy: HEX32,
    seats: null,
    loan: null,
    self_service: null,
    block: null,
    transaction: HEX32,
  },
  accepted: { cid: CID, digest: HEX32, license: HEX32, metadata: HEX32, steward: HEX32 },
  awaiting: { cid: CID, digest: HEX32, license: HEX32, metadata: HEX32, steward: HEX32 },
  registered: {
    cid: CID,
    digest: HEX32,
    license: HEX32,
    metadata: HEX32,
    steward: HEX32,
    block: null,
    transaction: HEX32,
  },
  superseded: {
    digest: HEX32,
    steward: HEX32,
    successor: HEX32,
    relation: null,
    block: null,
    transaction: HEX32,
  },
  rendition: { digest: HEX32, steward: HEX32, original: HEX32, block: null, transaction: HEX32 },
  "taken-back": {
    digest: HEX32,
    steward: HEX32,
    other: HEX32,
    relation: null,
    block: null,
    transaction: HEX32,
  },
  withdrawn: { digest: HEX32, steward: HEX32, code: null, block: null, transaction: HEX32 },
  rejected: { digest: HEX32, steward: HEX32, reason: HEX4 },
  described: { digest: HEX32, steward: HEX32, metadata: HEX32, revision: null },
  stored: { digest: HEX32, steward: HEX32, epoch: null, cid: CID },
  attested: { type: STATEMENT, statement: HEX32, attester: HEX32 },
  "grant-issued": {
    grant: HEX32,
    digest: HEX32,
    steward: HEX32,
    until: null,
    block: null,
    transaction: HEX32,
  },
  "grant-renewed": { grant: HEX32, until: null, block: null, transaction: HEX32 },
  "grant-returned": { grant: HEX32, block: null, transaction: HEX32 },
  "grant-revoked": { grant: HEX32, block: null, transaction: HEX32 },
  map: { root: HEX32, count: null, size: null },
  opened: { commitment: HEX32 },
  denied: { commitment: HEX32 },
  looked: { commitment: HEX32 },
};
/** Kinds whose time is truncated to the hour. */
export const PRIVATE_KINDS = ["denied", "looked", "opened"];
