// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ICohorts} from "./ICohorts.sol";
import {IIntentNonces} from "./IIntentNonces.sol";
import {IRfc6962Errors} from "./IRfc6962Errors.sol";

/// @title Who may open what, and until when
/// @notice A grant gives one grantee access to one resource of one steward until a stated time. It names the grantee
/// by a commitment, never by a name.
///
/// A grant holds a seat. A license says how many seats each resource of each steward has, from 0 on; a seat is one word
/// of storage, and holds one grant at a time, until the grant ends, is returned or is revoked. So no more grants can be
/// live at once than the license allows, and a loan that is over frees its seat without a transaction. The grants of a
/// seat are counted from 1: the turn of a grant is part of its id, so that no id can ever be issued twice.
///
/// Each function has a twin that ends in `BySignature`, which anyone may send. What is signed is the EIP-712 struct in
/// the comment; its last members, `address signer,uint256 nonce,uint64 deadline`, are written … below.
interface IAccessGrants is ICohorts, IIntentNonces, IRfc6962Errors {
    /// @notice What is granted. The id of the grant is `sha256(digest ‖ steward ‖ seat ‖ turn ‖ grantee ‖ scopes)`, each
    /// as 32 bytes.
    /// @param digest the resource
    /// @param steward whose registration of the resource it rests on
    /// @param seat from 0, less than the seats of the license
    /// @param turn of the seat: one more than that of the last grant of the seat, so 1 for the first
    /// @param grantee commitment to the reader, not zero
    /// @param scopes what is permitted, as bits, at least one
    // solhint-disable-next-line gas-struct-packing
    struct Grant {
        bytes32 digest;
        bytes32 steward;
        uint32 seat;
        uint24 turn;
        bytes32 grantee;
        uint16 scopes;
    }

    /// @notice A right to a grant for each of many grantees, such as the students of a course. The id of the cohort is
    /// `sha256(digest ‖ steward ‖ root ‖ size ‖ scopes ‖ until ‖ salt)`, each as 32 bytes.
    /// @param digest the resource
    /// @param steward whose registration of the resource it rests on
    /// @param root of the RFC 6962 tree whose entries are the commitments to the grantees, 32 bytes each
    /// @param size how many they are
    /// @param scopes as in `Grant`
    /// @param until time from which on nobody can claim, and at which what was claimed ends, in seconds
    /// @param salt any number, so that the same cohort can be granted again
    struct Cohort {
        bytes32 digest;
        bytes32 steward;
        bytes32 root;
        uint64 size;
        uint16 scopes;
        uint64 until;
        bytes32 salt;
    }

    /// @notice What is kept of a seat.
    /// @param holder first 19 bytes of the id of the last grant of the seat, then zeros; zero before the first
    /// @param turn of this grant
    /// @param until when it ends or has ended; zero if it was returned or revoked
    /// @param longestLoanSeconds of the license, at most 2^32 - 1
    /// @param selfService of the license
    struct Seat {
        bytes19 holder;
        uint24 turn;
        uint40 until;
        uint32 longestLoanSeconds;
        bool selfService;
    }

    /// @notice The grantee may open the resource in `[from, until)`.
    event GrantIssued(
        bytes32 indexed grant,
        bytes32 indexed digest,
        bytes32 indexed steward,
        bytes32 grantee,
        uint16 scopes,
        uint64 from,
        uint64 until,
        uint32 seat,
        uint24 turn
    );

    /// @notice The grant ends at `until` now.
    event GrantRenewed(bytes32 indexed grant, uint64 until);

    /// @notice The grantee gave the grant back at `at`, the time of this block; it permits nothing from then on.
    event GrantReturned(bytes32 indexed grant, uint64 at);

    /// @notice The grant permits nothing from `at` on, which is the time of this block.
    event GrantRevoked(bytes32 indexed grant, uint64 at);

    /// @notice The members of the cohort may claim a grant each, until `until`.
    event CohortGranted(
        bytes32 indexed cohort,
        bytes32 indexed digest,
        bytes32 indexed steward,
        bytes32 root,
        uint64 size,
        uint16 scopes,
        uint64 until
    );

    /// @notice The member of this index in the cohort claimed the grant, which is issued by this transaction.
    event CohortClaimed(bytes32 indexed cohort, bytes32 indexed grant, uint64 index);

    /// @notice Nobody can claim from the cohort from here on. What was claimed stays, and can be revoked one by one.
    event CohortClosed(bytes32 indexed cohort);

    /// @notice Zero is not a commitment to a reader.
    error GranteeIsZero();

    /// @notice A grant with no scope permits nothing.
    error GrantWithoutScopes();

    /// @notice The grant would end before it begins.
    error GrantEndsInPast(uint64 until, uint64 blockTime);

    /// @notice The loan is longer than the license allows. `latest` is the latest end allowed now.
    error LoanTooLong(uint64 until, uint64 latest);

    /// @notice A grant is renewed to a later end. `present` is its end.
    error RenewalNotLater(uint64 present, uint64 until);

    /// @notice The license has fewer seats.
    error SeatOutOfRange(uint32 seat, uint32 seats);

    /// @notice The grant that holds the seat is live until `until`.
    error SeatTaken(uint32 seat, uint64 until);

    /// @notice The next grant of the seat has the turn `next`.
    error InvalidTurn(uint32 seat, uint24 next);

    /// @notice The grant does not hold its seat: it was never issued, or it has ended, or was returned or revoked.
    error GrantNotLive(bytes32 grant);

    /// @notice The license is not self-service, so that a registrar must sign.
    error NotSelfService(bytes32 digest, bytes32 steward);

    /// @notice A cohort has no members.
    error CohortIsEmpty();

    /// @notice Issues a grant, from the time of this block until `until`, exclusive, in seconds. For a live registrar of the
    /// accredited steward, or for its service if the license is self-service.
    ///
    /// Signed: `IssueGrant(bytes32 digest,bytes32 steward,uint32 seat,uint24 turn,bytes32 grantee,uint16 scopes,
    /// uint64 until,…)`.
    /// @return grant its id
    function issue(Grant calldata stated, uint64 until) external returns (bytes32 grant);

    /// @notice See `issue`.
    function issueBySignature(
        Grant calldata stated,
        uint64 until,
        Authorization calldata authorization
    ) external returns (bytes32 grant);

    /// @notice Moves the end of a live grant to a later time, no further from now than the longest loan. For those who may
    /// issue it.
    ///
    /// Signed: `RenewGrant(bytes32 digest,bytes32 steward,uint32 seat,bytes32 grant,uint64 until,…)`.
    function renew(bytes32 digest, bytes32 steward, uint32 seat, bytes32 grant, uint64 until) external;

    /// @notice See `renew`.
    function renewBySignature(
        bytes32 digest,
        bytes32 steward,
        uint32 seat,
        bytes32 grant,
        uint64 until,
        Authorization calldata authorization
    ) external;

    /// @notice Ends a live grant because its grantee gave it back. For a live registrar or service of the steward, be it
    /// accredited or not.
    ///
    /// Signed: `ReturnGrant(bytes32 digest,bytes32 steward,uint32 seat,bytes32 grant,…)`.
    function giveBack(bytes32 digest, bytes32 steward, uint32 seat, bytes32 grant) external;

    /// @notice See `giveBack`.
    function giveBackBySignature(
        bytes32 digest,
        bytes32 steward,
        uint32 seat,
        bytes32 grant,
        Authorization calldata authorization
    ) external;

    /// @notice Ends a live grant, for ever. Only for a live registrar of the steward, be it accredited or not; the state of
    /// the resource does not matter.
    ///
    /// Signed: `RevokeGrant(bytes32 digest,bytes32 steward,uint32 seat,bytes32 grant,…)`.
    function revoke(bytes32 digest, bytes32 steward, uint32 seat, bytes32 grant) external;

    /// @notice See `revoke`.
    function revokeBySignature(
        bytes32 digest,
        bytes32 steward,
        uint32 seat,
        bytes32 grant,
        Authorization calldata authorization
    ) external;

    /// @notice Grants to a cohort. For a live registrar of the accredited steward.
    ///
    /// Signed: `GrantCohort(bytes32 digest,bytes32 steward,bytes32 root,uint64 size,uint16 scopes,uint64 until,
    /// bytes32 salt,…)`.
    /// @return cohort its id
    function grantCohort(Cohort calldata stated) external returns (bytes32 cohort);

    /// @notice See `grantCohort`.
    function grantCohortBySignature(
        Cohort calldata stated,
        Authorization calldata authorization
    ) external returns (bytes32 cohort);

    /// @notice Issues the grant of one member of a cohort, until the cohort ends or for the longest loan, whichever is
    /// shorter. Anyone may send it, since the registrar has signed for every member; each member claims once.
    /// @param seat free now
    /// @param turn of the seat, as in `Grant`
    /// @param grantee the member's commitment
    /// @param index of the member in the cohort
    /// @param proof inclusion proof, RFC 9162 §2.1.3, leaf upward
    /// @return grant its id
    function claim(
        Cohort calldata stated,
        uint32 seat,
        uint24 turn,
        bytes32 grantee,
        uint64 index,
        bytes32[] calldata proof
    ) external returns (bytes32 grant);

    /// @notice Stops a cohort from claiming, for ever. Only for a live registrar of the steward, be it accredited or not.
    ///
    /// Signed: `CloseCohort(bytes32 cohort,…)`.
    function closeCohort(Cohort calldata stated) external;

    /// @notice See `closeCohort`.
    function closeCohortBySignature(Cohort calldata stated, Authorization calldata authorization) external;

    /// @notice What is kept of a seat.
    function seatOf(bytes32 digest, bytes32 steward, uint32 seat) external view returns (Seat memory);

    /// @notice Whether the grant permits access at the time of this block: issued, not ended, returned or revoked, and its
    /// resource not withdrawn.
    function isLive(Grant calldata stated) external view returns (bool);
}
