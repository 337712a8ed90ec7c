// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Who may open what, and until when
/// @notice A grant gives one grantee access to one resource of one steward until a stated time. It names the grantee
/// by a commitment, never by a name. The contract counts the seats of the license, so that no more grants are live at
/// once than it allows: a grant occupies the seat that it names, until it ends or is revoked, and needs no transaction
/// to free it.
interface IAccessGrants {
    /// @notice What a registrar grants.
    /// @param grant id, any number not used before but zero
    /// @param digest the resource
    /// @param steward whose registration of the resource it rests on
    /// @param grantee commitment to the reader, not zero
    /// @param scopes what is permitted, as bits, at least one
    /// @param until end, exclusive, in seconds of block time
    /// @param seat from 0, less than the seats of the license; with a license of no limit no seat is occupied
    struct Grant {
        bytes32 grant;
        bytes32 digest;
        bytes32 steward;
        bytes32 grantee;
        uint16 scopes;
        uint64 until;
        uint32 seat;
    }

    /// @notice What the contract keeps of a grant.
    /// @param from block time of its issue, in seconds; the others as in `Grant`
    /// @param revokedAt block time of its revocation, or zero
    /// @param state 0 none, 1 issued, 2 revoked; a grant that has ended keeps its state
    struct GrantState {
        bytes32 digest;
        bytes32 steward;
        bytes32 grantee;
        uint64 from;
        uint64 until;
        uint64 revokedAt;
        uint16 scopes;
        uint32 seat;
        uint8 state;
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
        uint32 seat
    );

    /// @notice The grant permits nothing from `at` on, which is the time of this block.
    event GrantRevoked(bytes32 indexed grant, uint64 at);

    /// @notice Zero is not the id of a grant.
    error GrantIsZero();

    /// @notice Zero is not a commitment to a reader.
    error GranteeIsZero();

    /// @notice A grant with no scope permits nothing.
    error GrantWithoutScopes();

    /// @notice The id was used before.
    error GrantAlreadyIssued(bytes32 grant);

    /// @notice The grant would end before it begins.
    error GrantEndsInPast(uint64 until, uint64 blockTime);

    /// @notice The loan is longer than the license allows. `latest` is the latest end allowed now.
    error LoanTooLong(uint64 until, uint64 latest);

    /// @notice The license has fewer seats.
    error SeatOutOfRange(uint32 seat, uint32 seats);

    /// @notice The grant that occupies the seat is live.
    error SeatTaken(uint32 seat, bytes32 grant);

    /// @notice No grant has this id.
    error GrantNotFound(bytes32 grant);

    /// @notice The grant was revoked before.
    error GrantAlreadyRevoked(bytes32 grant);

    /// @notice Issues a grant, from the time of this block, in the name of an accredited steward whose live registrar
    /// the caller is.
    function issue(Grant calldata stated) external;

    /// @notice Issues a grant as its registrar signed it. Anyone may send it.
    ///
    /// Signed: `IssueGrant(bytes32 grant,bytes32 digest,bytes32 steward,bytes32 grantee,uint16 scopes,uint64 until,
    /// uint32 seat,address registrar,uint256 nonce,uint64 deadline)`.
    function issueBySignature(
        Grant calldata stated,
        address registrar,
        uint256 nonce,
        uint64 deadline,
        bytes calldata signature
    ) external;

    /// @notice Revokes a grant, for ever. Only for a live registrar of its steward, be it accredited or not; the state
    /// of the resource does not matter.
    function revoke(bytes32 grant) external;

    /// @notice Revokes a grant as a registrar signed it. Anyone may send it.
    ///
    /// Signed: `RevokeGrant(bytes32 grant,address registrar,uint256 nonce,uint64 deadline)`.
    function revokeBySignature(
        bytes32 grant,
        address registrar,
        uint256 nonce,
        uint64 deadline,
        bytes calldata signature
    ) external;

    /// @notice What is kept of a grant; state 0 and zeros if there is none.
    function grantOf(bytes32 grant) external view returns (GrantState memory);

    /// @notice The grant that was last given a seat, live or not, or zero.
    function seatHolder(bytes32 digest, bytes32 steward, uint32 seat) external view returns (bytes32 grant);

    /// @notice Whether the grant permits access at the time of this block: issued, not ended, not revoked, and its
    /// resource not withdrawn.
    function isLive(bytes32 grant) external view returns (bool);
}
