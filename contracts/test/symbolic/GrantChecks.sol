// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessGrants} from "../../interfaces/IAccessGrants.sol";
import {Symbolic} from "./Symbolic.sol";

/// @dev Any seat, before and after a call of any account.
contract GrantChecks is Symbolic {
    /// @dev Invariant 10: a grant is live if and only if it holds its seat, its time is not over and its resource is
    /// not withdrawn.
    function check_a_grant_is_live_iff_it_holds_its_seat(IAccessGrants.Grant memory stated) public view {
        IAccessGrants.Seat memory seat = _grants.seatOf(stated.digest, stated.steward, stated.seat);
        bool holds = seat.holder == bytes19(sha256(abi.encode(stated)));
        bool withdrawn = _resources.registration(stated.digest, stated.steward).state == WITHDRAWN;
        assert(_grants.isLive(stated) == (holds && block.timestamp < seat.until && !withdrawn));
    }

    /// @dev Invariant 10: what was issued is live until the end asked for, no longer than the license allows.
    function check_an_issued_grant_is_live(IAccessGrants.Grant memory stated, uint64 until, address account) public {
        vm.assume(_call(account, address(_grants), abi.encodeCall(_grants.issue, (stated, until))));
        assert(_grants.isLive(stated));
        IAccessGrants.Seat memory seat = _grants.seatOf(stated.digest, stated.steward, stated.seat);
        assert(seat.until == until && seat.turn == stated.turn);
        assert(until - block.timestamp <= seat.longestLoanSeconds);
    }

    /// @dev A seat that is held cannot be taken, so that no license is oversubscribed.
    function check_a_held_seat_is_not_issued(IAccessGrants.Grant memory stated, uint64 until, address account) public {
        vm.assume(block.timestamp < _grants.seatOf(stated.digest, stated.steward, stated.seat).until);
        assert(!_call(account, address(_grants), abi.encodeCall(_grants.issue, (stated, until))));
    }

    /// @dev Invariant 11: what is revoked is not live, and nothing brings it back.
    function check_a_revoked_grant_stays_revoked(
        IAccessGrants.Grant memory stated,
        uint64 until,
        address registrar,
        address account
    ) public {
        bytes32 grant = sha256(abi.encode(stated));
        bytes memory revocation = abi.encodeCall(_grants.revoke, (stated.digest, stated.steward, stated.seat, grant));
        vm.assume(_grants.seatOf(stated.digest, stated.steward, stated.seat).turn == stated.turn);
        vm.assume(_call(registrar, address(_grants), revocation));
        assert(!_grants.isLive(stated));
        bytes memory renewal = abi.encodeCall(
            _grants.renew,
            (stated.digest, stated.steward, stated.seat, grant, until)
        );
        assert(!_call(account, address(_grants), renewal));
        assert(!_call(account, address(_grants), abi.encodeCall(_grants.issue, (stated, until))));
    }

    /// @dev Invariants 3 and 4: who is no agent of the steward changes no seat of it, whoever else's agent that is.
    function check_only_an_agent_issues(IAccessGrants.Grant memory stated, uint64 until, address account) public {
        vm.assume(_stewards.liveRole(stated.steward, account) == NONE);
        assert(!_call(account, address(_grants), abi.encodeCall(_grants.issue, (stated, until))));
    }

    function check_only_an_agent_changes_a_seat(
        bytes32 digest,
        bytes32 steward,
        uint32 seat,
        bytes32 grant,
        uint64 until,
        address account
    ) public {
        vm.assume(_stewards.liveRole(steward, account) == NONE);
        address callee = address(_grants);
        assert(!_call(account, callee, abi.encodeCall(_grants.renew, (digest, steward, seat, grant, until))));
        assert(!_call(account, callee, abi.encodeCall(_grants.giveBack, (digest, steward, seat, grant))));
        assert(!_call(account, callee, abi.encodeCall(_grants.revoke, (digest, steward, seat, grant))));
    }
}
