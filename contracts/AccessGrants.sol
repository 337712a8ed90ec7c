// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Cohorts} from "./Cohorts.sol";
import {EventAccumulator} from "./EventAccumulator.sol";
import {IntentNonces} from "./IntentNonces.sol";
import {Rfc6962} from "./Rfc6962.sol";
import {SignedIntents} from "./SignedIntents.sol";
import {IAccessGrants} from "./interfaces/IAccessGrants.sol";
import {ILicenseRegistry} from "./interfaces/ILicenseRegistry.sol";
import {IResourceRegistry} from "./interfaces/IResourceRegistry.sol";
import {IStewardRegistry} from "./interfaces/IStewardRegistry.sol";

/// @title Grants of access to resources
/// @notice Holds one storage slot for each seat that was ever taken.
contract AccessGrants is IAccessGrants, Cohorts, IntentNonces, EventAccumulator {
    uint8 private constant REGISTRAR = 1;
    uint8 private constant RESOURCE_WITHDRAWN = 3;

    bytes32 private constant ISSUE_TYPEHASH = keccak256(
        "IssueGrant(bytes32 digest,bytes32 steward,uint32 seat,uint24 turn,bytes32 grantee,uint16 scopes,uint64 until,"
        "address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant RENEW_TYPEHASH = keccak256(
        "RenewGrant(bytes32 digest,bytes32 steward,uint32 seat,bytes32 grant,uint64 until,"
        "address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant RETURN_TYPEHASH = keccak256(
        "ReturnGrant(bytes32 digest,bytes32 steward,uint32 seat,bytes32 grant,"
        "address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant REVOKE_TYPEHASH = keccak256(
        "RevokeGrant(bytes32 digest,bytes32 steward,uint32 seat,bytes32 grant,"
        "address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant GRANT_COHORT_TYPEHASH = keccak256(
        "GrantCohort(bytes32 digest,bytes32 steward,bytes32 root,uint64 size,uint16 scopes,uint64 until,bytes32 salt,"
        "address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant CLOSE_COHORT_TYPEHASH = keccak256(
        "CloseCohort(bytes32 cohort,address signer,uint256 nonce,uint64 deadline)"
    );

    /// @notice The registry that says who may speak for a steward.
    IStewardRegistry public immutable STEWARDS;

    /// @notice The registry of the terms.
    ILicenseRegistry public immutable LICENSES;

    /// @notice The registry of the resources.
    IResourceRegistry public immutable RESOURCES;

    mapping(bytes32 digest => mapping(bytes32 steward => mapping(uint32 seat => Seat))) private _seats;

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
    function issue(Grant calldata stated, uint64 until) external override returns (bytes32 grant) {
        return _issueFor(stated, until, msg.sender);
    }

    /// @inheritdoc IAccessGrants
    function issueBySignature(
        Grant calldata stated,
        uint64 until,
        Authorization calldata authorization
    ) external override returns (bytes32 grant) {
        _authorize(authorization, abi.encode(ISSUE_TYPEHASH, stated, until));
        return _issueFor(stated, until, authorization.signer);
    }

    /// @inheritdoc IAccessGrants
    function renew(bytes32 digest, bytes32 steward, uint32 seat, bytes32 grant, uint64 until) external override {
        _renew(digest, steward, seat, grant, until, msg.sender);
    }

    /// @inheritdoc IAccessGrants
    function renewBySignature(
        bytes32 digest,
        bytes32 steward,
        uint32 seat,
        bytes32 grant,
        uint64 until,
        Authorization calldata authorization
    ) external override {
        _authorize(authorization, abi.encode(RENEW_TYPEHASH, digest, steward, seat, grant, until));
        _renew(digest, steward, seat, grant, until, authorization.signer);
    }

    /// @inheritdoc IAccessGrants
    function giveBack(bytes32 digest, bytes32 steward, uint32 seat, bytes32 grant) external override {
        _giveBack(digest, steward, seat, grant, msg.sender);
    }

    /// @inheritdoc IAccessGrants
    function giveBackBySignature(
        bytes32 digest,
        bytes32 steward,
        uint32 seat,
        bytes32 grant,
        Authorization calldata authorization
    ) external override {
        _authorize(authorization, abi.encode(RETURN_TYPEHASH, digest, steward, seat, grant));
        _giveBack(digest, steward, seat, grant, authorization.signer);
    }

    /// @inheritdoc IAccessGrants
    function revoke(bytes32 digest, bytes32 steward, uint32 seat, bytes32 grant) external override {
        _revoke(digest, steward, seat, grant, msg.sender);
    }

    /// @inheritdoc IAccessGrants
    function revokeBySignature(
        bytes32 digest,
        bytes32 steward,
        uint32 seat,
        bytes32 grant,
        Authorization calldata authorization
    ) external override {
        _authorize(authorization, abi.encode(REVOKE_TYPEHASH, digest, steward, seat, grant));
        _revoke(digest, steward, seat, grant, authorization.signer);
    }

    /// @inheritdoc IAccessGrants
    function grantCohort(Cohort calldata stated) external override returns (bytes32 cohort) {
        return _grantCohort(stated, msg.sender);
    }

    /// @inheritdoc IAccessGrants
    function grantCohortBySignature(
        Cohort calldata stated,
        Authorization calldata authorization
    ) external override returns (bytes32 cohort) {
        _authorize(authorization, abi.encode(GRANT_COHORT_TYPEHASH, stated));
        return _grantCohort(stated, authorization.signer);
    }

    /// @inheritdoc IAccessGrants
    function claim(
        Cohort calldata stated,
        uint32 seat,
        uint24 turn,
        bytes32 grantee,
        uint64 index,
        bytes32[] calldata proof
    ) external override returns (bytes32 grant) {
        bytes32 cohort = sha256(abi.encode(stated));
        if (block.timestamp >= stated.until) {
            revert CohortNotOpen(cohort);
        }
        _useClaim(cohort, index);
        Rfc6962.checkInclusion(Rfc6962.leafHash(abi.encode(grantee)), index, stated.size, proof, stated.root);
        if (!STEWARDS.isAccredited(stated.steward)) {
            revert IStewardRegistry.StewardNotAccredited(stated.steward);
        }
        ILicenseRegistry.LicenseTerms memory terms = _termsOf(stated.digest, stated.steward);
        uint256 latest = block.timestamp + terms.longestLoanSeconds;
        grant = _issue(
            Grant({
                digest: stated.digest,
                steward: stated.steward,
                seat: seat,
                turn: turn,
                grantee: grantee,
                scopes: stated.scopes
            }),
            stated.until < latest ? stated.until : uint64(latest),
            terms
        );
        emit CohortClaimed(cohort, grant, index);
        _accumulate(abi.encode(CohortClaimed.selector, cohort, grant, index));
    }

    /// @inheritdoc IAccessGrants
    function closeCohort(Cohort calldata stated) external override {
        _closeCohort(stated, sha256(abi.encode(stated)), msg.sender);
    }

    /// @inheritdoc IAccessGrants
    function closeCohortBySignature(Cohort calldata stated, Authorization calldata authorization) external override {
        bytes32 cohort = sha256(abi.encode(stated));
        _authorize(authorization, abi.encode(CLOSE_COHORT_TYPEHASH, cohort));
        _closeCohort(stated, cohort, authorization.signer);
    }

    /// @inheritdoc IAccessGrants
    function seatOf(bytes32 digest, bytes32 steward, uint32 seat) external view override returns (Seat memory) {
        return _seats[digest][steward][seat];
    }

    /// @inheritdoc IAccessGrants
    function isLive(Grant calldata stated) external view override returns (bool) {
        Seat storage seat = _seats[stated.digest][stated.steward][stated.seat];
        return
            _isHeld(seat, _idOf(stated)) &&
            RESOURCES.registration(stated.digest, stated.steward).state != RESOURCE_WITHDRAWN;
    }

    function _issueFor(Grant calldata stated, uint64 until, address issuer) private returns (bytes32 grant) {
        uint8 role = STEWARDS.checkAgent(stated.steward, issuer);
        ILicenseRegistry.LicenseTerms memory terms = _termsOf(stated.digest, stated.steward);
        _checkRole(role, terms.selfService, stated.digest, stated.steward);
        return _issue(stated, until, terms);
    }

    function _issue(
        Grant memory stated,
        uint64 until,
        ILicenseRegistry.LicenseTerms memory terms
    ) private returns (bytes32 grant) {
        if (stated.grantee == 0) {
            revert GranteeIsZero();
        }
        if (stated.scopes == 0) {
            revert GrantWithoutScopes();
        }
        uint32 loan = terms.longestLoanSeconds < type(uint32).max ? uint32(terms.longestLoanSeconds) : type(uint32).max;
        _checkLoan(until, loan);
        grant = _idOf(stated);
        _takeSeat(stated, grant, until, loan, terms);
        uint64 from = uint64(block.timestamp);
        emit GrantIssued(
            grant,
            stated.digest,
            stated.steward,
            stated.grantee,
            stated.scopes,
            from,
            until,
            stated.seat,
            stated.turn
        );
        _accumulate(
            abi.encode(
                GrantIssued.selector,
                grant,
                stated.digest,
                stated.steward,
                stated.grantee,
                stated.scopes,
                from,
                until,
                stated.seat,
                stated.turn
            )
        );
    }

    function _takeSeat(
        Grant memory stated,
        bytes32 grant,
        uint64 until,
        uint32 loan,
        ILicenseRegistry.LicenseTerms memory terms
    ) private {
        if (stated.seat >= terms.seats) {
            revert SeatOutOfRange(stated.seat, terms.seats);
        }
        Seat storage seat = _seats[stated.digest][stated.steward][stated.seat];
        if (block.timestamp < seat.until) {
            revert SeatTaken(stated.seat, seat.until);
        }
        uint24 next = seat.turn + 1;
        if (stated.turn != next) {
            revert InvalidTurn(stated.seat, next);
        }
        _seats[stated.digest][stated.steward][stated.seat] = Seat({
            holder: bytes19(grant),
            turn: next,
            until: uint40(until),
            longestLoanSeconds: loan,
            selfService: terms.selfService
        });
    }

    function _renew(
        bytes32 digest,
        bytes32 steward,
        uint32 number,
        bytes32 grant,
        uint64 until,
        address issuer
    ) private {
        uint8 role = STEWARDS.checkAgent(steward, issuer);
        Seat storage seat = _heldSeat(digest, steward, number, grant);
        _checkRole(role, seat.selfService, digest, steward);
        if (until <= seat.until) {
            revert RenewalNotLater(seat.until, until);
        }
        _checkLoan(until, seat.longestLoanSeconds);
        seat.until = uint40(until);
        emit GrantRenewed(grant, until);
        _accumulate(abi.encode(GrantRenewed.selector, grant, until));
    }

    function _giveBack(bytes32 digest, bytes32 steward, uint32 number, bytes32 grant, address account) private {
        if (STEWARDS.liveRole(steward, account) == 0) {
            revert IStewardRegistry.AgentNotLive(steward, account);
        }
        _heldSeat(digest, steward, number, grant).until = 0;
        emit GrantReturned(grant, uint64(block.timestamp));
        _accumulate(abi.encode(GrantReturned.selector, grant, block.timestamp));
    }

    function _revoke(bytes32 digest, bytes32 steward, uint32 number, bytes32 grant, address registrar) private {
        _checkLiveRegistrar(steward, registrar);
        _heldSeat(digest, steward, number, grant).until = 0;
        emit GrantRevoked(grant, uint64(block.timestamp));
        _accumulate(abi.encode(GrantRevoked.selector, grant, block.timestamp));
    }

    function _grantCohort(Cohort calldata stated, address registrar) private returns (bytes32 cohort) {
        STEWARDS.checkRegistrar(stated.steward, registrar);
        if (stated.size == 0) {
            revert CohortIsEmpty();
        }
        if (stated.scopes == 0) {
            revert GrantWithoutScopes();
        }
        if (stated.until <= block.timestamp) {
            revert GrantEndsInPast(stated.until, uint64(block.timestamp));
        }
        RESOURCES.checkActive(stated.digest, stated.steward);
        cohort = sha256(abi.encode(stated));
        _openCohort(cohort);
        emit CohortGranted(
            cohort,
            stated.digest,
            stated.steward,
            stated.root,
            stated.size,
            stated.scopes,
            stated.until
        );
        _accumulate(
            abi.encode(
                CohortGranted.selector,
                cohort,
                stated.digest,
                stated.steward,
                stated.root,
                stated.size,
                stated.scopes,
                stated.until
            )
        );
    }

    function _closeCohort(Cohort calldata stated, bytes32 cohort, address registrar) private {
        _checkLiveRegistrar(stated.steward, registrar);
        _endCohort(cohort);
        emit CohortClosed(cohort);
        _accumulate(abi.encode(CohortClosed.selector, cohort));
    }

    function _checkLiveRegistrar(bytes32 steward, address account) private view {
        if (STEWARDS.liveRole(steward, account) != REGISTRAR) {
            revert IStewardRegistry.RegistrarNotLive(steward, account);
        }
    }

    function _termsOf(bytes32 digest, bytes32 steward) private view returns (ILicenseRegistry.LicenseTerms memory) {
        return LICENSES.termsByNumber(RESOURCES.checkActive(digest, steward));
    }

    /// @dev Returns the seat that the live grant holds.
    function _heldSeat(
        bytes32 digest,
        bytes32 steward,
        uint32 number,
        bytes32 grant
    ) private view returns (Seat storage seat) {
        seat = _seats[digest][steward][number];
        if (!_isHeld(seat, grant)) {
            revert GrantNotLive(grant);
        }
    }

    function _isHeld(Seat storage seat, bytes32 grant) private view returns (bool) {
        return seat.holder == bytes19(grant) && block.timestamp < seat.until;
    }

    function _checkLoan(uint64 until, uint32 longestLoanSeconds) private view {
        if (until <= block.timestamp) {
            revert GrantEndsInPast(until, uint64(block.timestamp));
        }
        if (until - block.timestamp > longestLoanSeconds) {
            revert LoanTooLong(until, uint64(block.timestamp) + longestLoanSeconds);
        }
    }

    /// @dev A service stands in for a registrar under a self-service license only.
    function _checkRole(uint8 role, bool selfService, bytes32 digest, bytes32 steward) private pure {
        if (role != REGISTRAR && !selfService) {
            revert NotSelfService(digest, steward);
        }
    }

    function _idOf(Grant memory stated) private pure returns (bytes32) {
        return sha256(abi.encode(stated));
    }
}
