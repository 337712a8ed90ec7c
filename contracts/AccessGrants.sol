// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EventAccumulator} from "./EventAccumulator.sol";
import {IntentNonces} from "./IntentNonces.sol";
import {SignedIntents} from "./SignedIntents.sol";
import {IAccessGrants} from "./interfaces/IAccessGrants.sol";
import {ILicenseRegistry} from "./interfaces/ILicenseRegistry.sol";
import {IResourceRegistry} from "./interfaces/IResourceRegistry.sol";
import {IStewardRegistry} from "./interfaces/IStewardRegistry.sol";

/// @title Grants of access to resources
/// @notice Holds each grant, and who was last given each seat.
contract AccessGrants is IAccessGrants, SignedIntents, IntentNonces, EventAccumulator {
    /// @dev The last five fields share a storage slot.
    struct Entry {
        bytes32 digest;
        bytes32 steward;
        bytes32 grantee;
        uint64 from;
        uint64 until;
        uint64 revokedAt;
        uint16 scopes;
        uint32 seat;
    }

    uint8 private constant NONE = 0;
    uint8 private constant ISSUED = 1;
    uint8 private constant REVOKED = 2;

    uint8 private constant RESOURCE_WITHDRAWN = 3;
    uint32 private constant UNLIMITED_SEATS = type(uint32).max;

    bytes32 private constant ISSUE_TYPEHASH = keccak256(
        "IssueGrant(bytes32 grant,bytes32 digest,bytes32 steward,bytes32 grantee,uint16 scopes,uint64 until,"
        "uint32 seat,address registrar,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant REVOKE_TYPEHASH = keccak256(
        "RevokeGrant(bytes32 grant,address registrar,uint256 nonce,uint64 deadline)"
    );

    /// @notice The registry that says who may speak for a steward.
    IStewardRegistry public immutable STEWARDS;

    /// @notice The registry of the terms.
    ILicenseRegistry public immutable LICENSES;

    /// @notice The registry of the resources.
    IResourceRegistry public immutable RESOURCES;

    mapping(bytes32 grant => Entry) private _entries;
    mapping(bytes32 digest => mapping(bytes32 steward => mapping(uint32 seat => bytes32 grant))) private _holders;

    constructor(
        IStewardRegistry stewards,
        ILicenseRegistry licenses,
        IResourceRegistry resources,
        bytes32 salt
    ) SignedIntents("Muhr AccessGrants", salt) {
        STEWARDS = stewards;
        LICENSES = licenses;
        RESOURCES = resources;
    }

    /// @inheritdoc IAccessGrants
    function issue(Grant calldata stated) external override {
        _issue(stated, msg.sender);
    }

    /// @inheritdoc IAccessGrants
    function issueBySignature(
        Grant calldata stated,
        address registrar,
        uint256 nonce,
        uint64 deadline,
        bytes calldata signature
    ) external override {
        _checkDeadline(deadline);
        // The fields of the struct are static, so that they are encoded in place.
        bytes32 structHash = keccak256(abi.encode(ISSUE_TYPEHASH, stated, registrar, nonce, deadline));
        _checkSignature(registrar, structHash, signature);
        _useNonce(registrar, nonce);
        _issue(stated, registrar);
    }

    /// @inheritdoc IAccessGrants
    function revoke(bytes32 grant) external override {
        _revoke(grant, msg.sender);
    }

    /// @inheritdoc IAccessGrants
    function revokeBySignature(
        bytes32 grant,
        address registrar,
        uint256 nonce,
        uint64 deadline,
        bytes calldata signature
    ) external override {
        _checkDeadline(deadline);
        bytes32 structHash = keccak256(abi.encode(REVOKE_TYPEHASH, grant, registrar, nonce, deadline));
        _checkSignature(registrar, structHash, signature);
        _useNonce(registrar, nonce);
        _revoke(grant, registrar);
    }

    /// @inheritdoc IAccessGrants
    function grantOf(bytes32 grant) external view override returns (GrantState memory) {
        Entry memory entry = _entries[grant];
        return
            GrantState({
                digest: entry.digest,
                steward: entry.steward,
                grantee: entry.grantee,
                from: entry.from,
                until: entry.until,
                revokedAt: entry.revokedAt,
                scopes: entry.scopes,
                seat: entry.seat,
                state: entry.from == 0
                    ? NONE
                    : entry.revokedAt == 0
                        ? ISSUED
                        : REVOKED
            });
    }

    /// @inheritdoc IAccessGrants
    function seatHolder(bytes32 digest, bytes32 steward, uint32 seat) external view override returns (bytes32 grant) {
        return _holders[digest][steward][seat];
    }

    /// @inheritdoc IAccessGrants
    function isLive(bytes32 grant) external view override returns (bool) {
        Entry storage entry = _entries[grant];
        return _isOpen(entry) && RESOURCES.registration(entry.digest, entry.steward).state != RESOURCE_WITHDRAWN;
    }

    function _issue(Grant calldata stated, address registrar) private {
        if (stated.grant == 0) {
            revert GrantIsZero();
        }
        if (stated.grantee == 0) {
            revert GranteeIsZero();
        }
        if (stated.scopes == 0) {
            revert GrantWithoutScopes();
        }
        if (_entries[stated.grant].from != 0) {
            revert GrantAlreadyIssued(stated.grant);
        }
        STEWARDS.checkRegistrar(stated.steward, registrar);
        uint32 number = RESOURCES.checkActive(stated.digest, stated.steward);
        ILicenseRegistry.LicenseTerms memory terms = LICENSES.termsByNumber(number);
        _checkLoan(stated.until, terms.longestLoanSeconds);
        _takeSeat(stated, terms.seats);
        uint64 from = uint64(block.timestamp);
        Entry storage entry = _entries[stated.grant];
        entry.digest = stated.digest;
        entry.steward = stated.steward;
        entry.grantee = stated.grantee;
        entry.from = from;
        entry.until = stated.until;
        entry.scopes = stated.scopes;
        entry.seat = stated.seat;
        emit GrantIssued(
            stated.grant,
            stated.digest,
            stated.steward,
            stated.grantee,
            stated.scopes,
            from,
            stated.until,
            stated.seat
        );
        _accumulate(
            abi.encode(
                GrantIssued.selector,
                stated.grant,
                stated.digest,
                stated.steward,
                stated.grantee,
                stated.scopes,
                from,
                stated.until,
                stated.seat
            )
        );
    }

    function _revoke(bytes32 grant, address registrar) private {
        Entry storage entry = _entries[grant];
        if (entry.from == 0) {
            revert GrantNotFound(grant);
        }
        if (!STEWARDS.isLiveRegistrar(entry.steward, registrar)) {
            revert IStewardRegistry.RegistrarNotLive(entry.steward, registrar);
        }
        if (entry.revokedAt != 0) {
            revert GrantAlreadyRevoked(grant);
        }
        uint64 at = uint64(block.timestamp);
        entry.revokedAt = at;
        emit GrantRevoked(grant, at);
        _accumulate(abi.encode(GrantRevoked.selector, grant, at));
    }

    /// @dev Seats of a license of no limit are not occupied.
    function _takeSeat(Grant calldata stated, uint32 seats) private {
        if (stated.seat >= seats) {
            revert SeatOutOfRange(stated.seat, seats);
        }
        if (seats == UNLIMITED_SEATS) {
            return;
        }
        mapping(uint32 seat => bytes32 grant) storage holders = _holders[stated.digest][stated.steward];
        bytes32 holder = holders[stated.seat];
        if (_isOpen(_entries[holder])) {
            revert SeatTaken(stated.seat, holder);
        }
        holders[stated.seat] = stated.grant;
    }

    /// @dev Whether the grant is neither ended nor revoked. A grant that was never issued has ended at zero.
    function _isOpen(Entry storage entry) private view returns (bool) {
        return block.timestamp < entry.until && entry.revokedAt == 0;
    }

    function _checkLoan(uint64 until, uint64 longestLoanSeconds) private view {
        if (until <= block.timestamp) {
            revert GrantEndsInPast(until, uint64(block.timestamp));
        }
        if (until - block.timestamp > longestLoanSeconds) {
            revert LoanTooLong(until, uint64(block.timestamp) + longestLoanSeconds);
        }
    }
}
