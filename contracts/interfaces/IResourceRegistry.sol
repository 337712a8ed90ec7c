// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IIntentNonces} from "./IIntentNonces.sol";

/// @title Which steward answers for which resource
/// @notice A resource is its digest, the SHA-256 of its bytes. A registration belongs to a digest and a steward:
/// several stewards may register one digest, and none can stand in another's way. Once written, registrar, time and
/// license of a registration never change. It is registered, superseded while another has taken its place, and withdrawn for
/// ever. A link to another resource is made once and can be taken back once; all of that stands in the events. The CID and the metadata digest are in the event alone, which the accumulator binds.
///
/// Everything a registrar decides can be sent by itself or, signed, by anyone: each function has a twin that ends in
/// `BySignature`. What is signed is the EIP-712 struct in the comment; its last members, `address signer,uint256 nonce,
/// uint64 deadline`, are written … below.
interface IResourceRegistry is IIntentNonces {
    /// @notice What a registrar states about a resource.
    /// @param digest SHA-256 of the bytes, not zero
    /// @param steward in whose name
    /// @param license id of its terms in the license registry
    /// @param cidCodec multicodec of the CID: 0x55, raw, or 0x70, dag-pb
    /// @param cidDigest SHA-256 in the CID; with codec 0x55 it is the digest itself
    /// @param metadata SHA-256 of the descriptive metadata, or zero
    struct Registration {
        bytes32 digest;
        bytes32 steward;
        bytes32 license;
        uint8 cidCodec;
        bytes32 cidDigest;
        bytes32 metadata;
    }

    /// @notice Where the ledger entry of kind `accepted` stands that makes the same statement as a registration.
    /// @param ledger kept by the steward of the registration
    /// @param size of an anchored checkpoint of it
    /// @param at time of the entry, in seconds
    /// @param index of the entry
    /// @param hashes inclusion proof, RFC 9162 §2.1.3, leaf upward
    struct EntryProof {
        bytes32 ledger;
        uint64 size;
        uint64 at;
        uint64 index;
        bytes32[] hashes;
    }

    /// @notice What the registry keeps of a registration.
    /// @param registrar the account that registered it
    /// @param registeredAt block time, in seconds
    /// @param state 0 none, 1 registered, 2 superseded, 3 withdrawn
    /// @param licenseNumber number of its license in the license registry
    /// @param relation of the successor: 0 none, 1 new version, 2 correction
    /// @param successor digest that has taken its place, or zero
    /// @param original digest that it is a rendition of, or zero
    struct RegistrationState {
        address registrar;
        uint64 registeredAt;
        uint8 state;
        uint32 licenseNumber;
        uint8 relation;
        bytes32 successor;
        bytes32 original;
    }

    /// @notice The steward answers for the resource.
    event ResourceRegistered(
        bytes32 indexed digest,
        bytes32 indexed steward,
        address indexed registrar,
        bytes32 license,
        uint8 cidCodec,
        bytes32 cidDigest,
        bytes32 metadata
    );

    /// @notice The registration just made was in the steward's ledger, at this index, when a checkpoint of it was
    /// anchored at this block and time.
    event ResourceProven(
        bytes32 indexed digest,
        bytes32 indexed steward,
        bytes32 indexed ledger,
        uint64 index,
        uint64 anchoredBlock,
        uint64 anchoredAt
    );

    /// @notice The steward points to a resource that follows this one. `relation`: 1 it is a new version of this one, 2 it
    /// corrects it, and takes its place; 3 it translates it, and stands beside it.
    event ResourceSuperseded(
        bytes32 indexed digest,
        bytes32 indexed steward,
        bytes32 indexed successor,
        uint8 relation
    );

    /// @notice The resource is another file of the same work, such as one with a cover page before it.
    event RenditionDeclared(bytes32 indexed digest, bytes32 indexed steward, bytes32 indexed original);

    /// @notice The steward no longer points from this resource to another. `relation`: as it was, or 4 for a rendition.
    event LinkTakenBack(bytes32 indexed digest, bytes32 indexed steward, bytes32 indexed other, uint8 relation);

    /// @notice The steward no longer answers for the resource. `reason`: 1 retracted, 2 legal, 3 error.
    event ResourceWithdrawn(bytes32 indexed digest, bytes32 indexed steward, uint8 reason);

    /// @notice Zero is not the digest of a resource.
    error InvalidDigest();

    /// @notice The codec is neither 0x55 nor 0x70, or the digest in the CID cannot belong to the resource.
    error InvalidCid(uint8 codec);

    /// @notice A batch has at least one registration and at most `most`.
    error InvalidBatchSize(uint256 given, uint256 most);

    /// @notice The steward registered the resource before.
    error ResourceAlreadyRegistered(bytes32 digest, bytes32 steward);

    /// @notice The steward never registered the resource.
    error ResourceNotFound(bytes32 digest, bytes32 steward);

    /// @notice The steward withdrew the resource.
    error ResourceIsWithdrawn(bytes32 digest, bytes32 steward);

    /// @notice The steward superseded the resource before, by `successor`, or had it translated so.
    error ResourceAlreadySuperseded(bytes32 digest, bytes32 steward, bytes32 successor);

    /// @notice The resource is a rendition of `original`, which others are pointed to.
    error ResourceIsRendition(bytes32 digest, bytes32 steward, bytes32 original);

    /// @notice A resource does not supersede itself.
    error SuccessorIsSame(bytes32 digest);

    /// @notice A resource is not a rendition of itself.
    error OriginalIsSame(bytes32 digest);

    /// @notice The relation is not 1, 2 or 3.
    error InvalidRelation(uint8 relation);

    /// @notice The reason is not 1, 2 or 3.
    error InvalidWithdrawalReason(uint8 reason);

    /// @notice The steward does not point from the resource to the other in this relation.
    error LinkNotFound(bytes32 digest, bytes32 steward, bytes32 other, uint8 relation);

    /// @notice The steward took this link back before; it is not made again.
    error LinkWasTakenBack(bytes32 digest, bytes32 steward, bytes32 other, uint8 relation);

    /// @notice The ledger is kept by another steward, who alone is taken at its word.
    error LedgerOfOtherSteward(bytes32 ledger, bytes32 keeper);

    /// @notice Registers a resource in the name of a steward whose live registrar the caller is.
    ///
    /// Signed: `Register(bytes32 digest,bytes32 steward,bytes32 license,uint8 cidCodec,bytes32 cidDigest,
    /// bytes32 metadata,…)`.
    function register(Registration calldata stated) external;

    /// @notice See `register`.
    function registerBySignature(Registration calldata stated, Authorization calldata authorization) external;

    /// @notice Registers up to 400 resources, all or none, to the same effect as one after the other.
    ///
    /// Signed: `RegisterMany(Registration[] registrations,…)Registration(bytes32 digest,bytes32 steward,bytes32 license,
    /// uint8 cidCodec,bytes32 cidDigest,bytes32 metadata)`.
    function registerMany(Registration[] calldata stated) external;

    /// @notice See `registerMany`.
    function registerManyBySignature(Registration[] calldata stated, Authorization calldata authorization) external;

    /// @notice Registers a resource that the steward's own ledger has accepted before, and says on chain since when. The
    /// proof shows the entry in an anchored checkpoint; it gives no right, so that a registrar signs as for `register`.
    ///
    /// Signed: `RegisterProven(bytes32 digest,bytes32 steward,bytes32 license,uint8 cidCodec,bytes32 cidDigest,
    /// bytes32 metadata,bytes32 ledger,uint64 index,…)`.
    function registerProven(Registration calldata stated, EntryProof calldata proof) external;

    /// @notice See `registerProven`.
    function registerProvenBySignature(
        Registration calldata stated,
        EntryProof calldata proof,
        Authorization calldata authorization
    ) external;

    /// @notice Points from a resource to one that follows it, registered by the same steward and not withdrawn. A new
    /// version or a correction takes its place: there is one at a time, itself not superseded. Translations there may be
    /// many. Only for a live registrar of the steward, which must be accredited.
    ///
    /// Signed: `Supersede(bytes32 digest,bytes32 steward,bytes32 successor,uint8 relation,…)`.
    function supersede(bytes32 digest, bytes32 steward, bytes32 successor, uint8 relation) external;

    /// @notice See `supersede`.
    function supersedeBySignature(
        bytes32 digest,
        bytes32 steward,
        bytes32 successor,
        uint8 relation,
        Authorization calldata authorization
    ) external;

    /// @notice Points from a resource to its original, registered by the same steward and not a rendition itself; once.
    /// Only for a live registrar of the steward, which must be accredited.
    ///
    /// Signed: `DeclareRendition(bytes32 digest,bytes32 steward,bytes32 original,…)`.
    function declareRendition(bytes32 digest, bytes32 steward, bytes32 original) external;

    /// @notice See `declareRendition`.
    function declareRenditionBySignature(
        bytes32 digest,
        bytes32 steward,
        bytes32 original,
        Authorization calldata authorization
    ) external;

    /// @notice Takes back that a resource is superseded or translated by another, or a rendition (relation 4) of it; what
    /// was superseded is registered again. Only for a live registrar of the steward, which must be accredited.
    ///
    /// Signed: `TakeBack(bytes32 digest,bytes32 steward,bytes32 other,uint8 relation,…)`.
    function takeBack(bytes32 digest, bytes32 steward, bytes32 other, uint8 relation) external;

    /// @notice See `takeBack`.
    function takeBackBySignature(
        bytes32 digest,
        bytes32 steward,
        bytes32 other,
        uint8 relation,
        Authorization calldata authorization
    ) external;

    /// @notice Withdraws a resource, for ever. Only for a live registrar of the steward, be it accredited or not.
    ///
    /// Signed: `Withdraw(bytes32 digest,bytes32 steward,uint8 reason,…)`.
    function withdraw(bytes32 digest, bytes32 steward, uint8 reason) external;

    /// @notice See `withdraw`.
    function withdrawBySignature(
        bytes32 digest,
        bytes32 steward,
        uint8 reason,
        Authorization calldata authorization
    ) external;

    /// @notice What is kept of a registration; state 0 and zeros if there is none.
    function registration(bytes32 digest, bytes32 steward) external view returns (RegistrationState memory);

    /// @notice Whether a steward points from a resource to another in a relation, 4 for a rendition: 0 it never did, 1 it
    /// does, 2 it took that back.
    function linkState(bytes32 digest, bytes32 steward, bytes32 other, uint8 relation) external view returns (uint8);

    /// @notice Returns the number of the license if the resource is registered or superseded; reverts with
    /// `ResourceNotFound` or `ResourceIsWithdrawn` otherwise.
    function checkActive(bytes32 digest, bytes32 steward) external view returns (uint32 licenseNumber);
}
