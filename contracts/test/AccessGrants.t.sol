// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessGrants} from "../interfaces/IAccessGrants.sol";
import {IResourceRegistry} from "../interfaces/IResourceRegistry.sol";
import {IStewardRegistry} from "../interfaces/IStewardRegistry.sol";
import {Fixture} from "./Fixture.sol";

/// @dev What a grant is, who may issue it, and its seat.
contract AccessGrantsTest is Fixture {
    address private constant SERVICE = address(0x5e2);

    function setUp() public override {
        super.setUp();
        _register(DIGEST);
        vm.prank(ADMIN);
        _stewards.addService(STEWARD, SERVICE, START, START + 3650 days);
    }

    function testFuzz_a_live_registrar_issues_a_grant(bytes32 grantee, uint16 scopes, uint64 loan, uint32 seat) public {
        vm.assume(grantee != 0 && scopes != 0);
        IAccessGrants.Grant memory stated = _statedGrant(uint32(_bound(seat, 0, SEATS - 1)), 1);
        stated.grantee = grantee;
        stated.scopes = scopes;
        uint64 until = START + uint64(_bound(loan, 1, LOAN));
        bytes32 expected = _idOf(stated);
        _expectIssued(stated, expected, until);
        vm.prank(REGISTRAR);
        bytes32 grant = _grants.issue(stated, until);
        vm.assertEq(grant, expected, "id");
        _checkSeat(stated, until);
        _checkAllEventsCounted(_grants);
    }

    function test_a_grant_is_live_from_its_block_until_its_end() public {
        IAccessGrants.Grant memory stated = _statedGrant(0, 1);
        vm.assertFalse(_grants.isLive(stated), "before");
        _issue(0, 1);
        vm.assertTrue(_grants.isLive(stated), "in its block");
        vm.warp(START + LOAN - 1);
        vm.assertTrue(_grants.isLive(stated), "in its last second");
        vm.warp(START + LOAN);
        vm.assertFalse(_grants.isLive(stated), "at its end");
    }

    function test_only_the_very_grant_is_live() public {
        _issue(0, 1);
        IAccessGrants.Grant memory other = _statedGrant(0, 1);
        other.scopes = 3;
        vm.assertFalse(_grants.isLive(other), "scopes");
        other = _statedGrant(0, 1);
        other.grantee = keccak256("another reader");
        vm.assertFalse(_grants.isLive(other), "grantee");
        vm.assertFalse(_grants.isLive(_statedGrant(0, 2)), "turn");
        vm.assertFalse(_grants.isLive(_statedGrant(1, 1)), "seat");
        other = _statedGrant(0, 1);
        other.steward = OTHER_STEWARD;
        vm.assertFalse(_grants.isLive(other), "steward");
        other = _statedGrant(0, 1);
        other.digest = METADATA;
        vm.assertFalse(_grants.isLive(other), "digest");
    }

    function test_a_grant_of_a_withdrawn_resource_is_not_live() public {
        _issue(0, 1);
        vm.prank(REGISTRAR);
        _resources.withdraw(DIGEST, STEWARD, 2);
        vm.assertFalse(_grants.isLive(_statedGrant(0, 1)), "withdrawn");
    }

    function test_a_grant_of_a_superseded_resource_is_live() public {
        _register(METADATA);
        _issue(0, 1);
        vm.prank(REGISTRAR);
        _resources.supersede(DIGEST, STEWARD, METADATA, 1);
        vm.assertTrue(_grants.isLive(_statedGrant(0, 1)), "superseded");
        _issue(1, 1);
    }

    // Its members

    function test_a_grant_needs_a_grantee_and_a_scope() public {
        IAccessGrants.Grant memory stated = _statedGrant(0, 1);
        stated.grantee = 0;
        _checkRefused(stated, START + 1, abi.encodeWithSelector(IAccessGrants.GranteeIsZero.selector));
        stated = _statedGrant(0, 1);
        stated.scopes = 0;
        _checkRefused(stated, START + 1, abi.encodeWithSelector(IAccessGrants.GrantWithoutScopes.selector));
    }

    function testFuzz_a_grant_ends_after_it_begins(uint64 until) public {
        until = uint64(_bound(until, 0, START));
        bytes memory refusal = abi.encodeWithSelector(IAccessGrants.GrantEndsInPast.selector, until, START);
        _checkRefused(_statedGrant(0, 1), until, refusal);
    }

    function test_a_grant_does_not_end_in_the_second_it_begins() public {
        testFuzz_a_grant_ends_after_it_begins(START);
    }

    function testFuzz_a_loan_is_no_longer_than_the_license_allows(uint64 until) public {
        until = uint64(_bound(until, START + LOAN + 1, type(uint64).max));
        bytes memory refusal = abi.encodeWithSelector(IAccessGrants.LoanTooLong.selector, until, START + LOAN);
        _checkRefused(_statedGrant(0, 1), until, refusal);
    }

    function test_a_loan_of_a_second_more_is_too_long() public {
        testFuzz_a_loan_is_no_longer_than_the_license_allows(START + LOAN + 1);
    }

    function test_a_license_of_endless_loans_allows_136_years() public {
        bytes32 digest = keccak256("endless");
        bytes32 license = _licenses.defineLicense("endless", 0, 1, type(uint64).max, false);
        vm.prank(REGISTRAR);
        _resources.register(_statedUnder(digest, license));
        IAccessGrants.Grant memory grant = _statedGrant(0, 1);
        grant.digest = digest;
        uint64 latest = START + type(uint32).max;
        _checkRefused(
            grant,
            latest + 1,
            abi.encodeWithSelector(IAccessGrants.LoanTooLong.selector, latest + 1, latest)
        );
        vm.prank(REGISTRAR);
        _grants.issue(grant, latest);
        vm.warp(latest - 1);
        vm.assertTrue(_grants.isLive(grant), "live");
    }

    // Who issues

    function testFuzz_who_is_no_agent_issues_nothing(address caller) public {
        vm.assume(caller != REGISTRAR && caller != SERVICE);
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.AgentNotLive.selector, STEWARD, caller));
        vm.prank(caller);
        _grants.issue(_statedGrant(0, 1), START + 1);
    }

    function test_a_suspended_steward_issues_nothing() public {
        vm.prank(ADMIN);
        _stewards.suspend(STEWARD);
        bytes memory refusal = abi.encodeWithSelector(IStewardRegistry.StewardNotAccredited.selector, STEWARD);
        _checkRefused(_statedGrant(0, 1), START + 1, refusal);
    }

    function test_a_service_issues_under_a_self_service_license_only() public {
        vm.prank(SERVICE);
        _grants.issue(_statedGrant(0, 1), START + 1);
        bytes32 digest = keccak256("closed stacks");
        bytes32 license = _licenses.defineLicense("closed stacks", 0, 1, LOAN, false);
        vm.prank(REGISTRAR);
        _resources.register(_statedUnder(digest, license));
        IAccessGrants.Grant memory grant = _statedGrant(0, 1);
        grant.digest = digest;
        vm.expectRevert(abi.encodeWithSelector(IAccessGrants.NotSelfService.selector, digest, STEWARD));
        vm.prank(SERVICE);
        _grants.issue(grant, START + 1);
        vm.prank(REGISTRAR);
        _grants.issue(grant, START + 1);
    }

    function test_a_grant_is_for_a_registered_resource_that_is_not_withdrawn() public {
        IAccessGrants.Grant memory stated = _statedGrant(0, 1);
        stated.digest = METADATA;
        bytes memory unknown = abi.encodeWithSelector(IResourceRegistry.ResourceNotFound.selector, METADATA, STEWARD);
        _checkRefused(stated, START + 1, unknown);
        vm.prank(REGISTRAR);
        _resources.withdraw(DIGEST, STEWARD, 1);
        bytes memory withdrawn = abi.encodeWithSelector(
            IResourceRegistry.ResourceIsWithdrawn.selector,
            DIGEST,
            STEWARD
        );
        _checkRefused(_statedGrant(0, 1), START + 1, withdrawn);
    }

    // Seats

    function testFuzz_a_seat_is_one_of_the_license(uint32 seat) public {
        seat = uint32(_bound(seat, SEATS, type(uint32).max));
        bytes memory refusal = abi.encodeWithSelector(IAccessGrants.SeatOutOfRange.selector, seat, SEATS);
        _checkRefused(_statedGrant(seat, 1), START + 1, refusal);
    }

    function test_the_first_seat_too_many_is_refused() public {
        testFuzz_a_seat_is_one_of_the_license(SEATS);
        _issue(SEATS - 1, 1);
    }

    function test_a_taken_seat_is_refused_until_the_second_its_grant_ends() public {
        _issue(0, 1);
        vm.warp(START + LOAN - 1);
        bytes memory refusal = abi.encodeWithSelector(IAccessGrants.SeatTaken.selector, 0, START + LOAN);
        _checkRefused(_statedGrant(0, 2), START + LOAN + 1, refusal);
        vm.warp(START + LOAN);
        _issue(0, 2);
        vm.assertFalse(_grants.isLive(_statedGrant(0, 1)), "the old one");
        vm.assertTrue(_grants.isLive(_statedGrant(0, 2)), "the new one");
    }

    function testFuzz_the_next_grant_of_a_seat_has_the_next_turn(uint24 turn) public {
        vm.assume(turn != 1);
        bytes memory refusal = abi.encodeWithSelector(IAccessGrants.InvalidTurn.selector, 0, 1);
        _checkRefused(_statedGrant(0, turn), START + 1, refusal);
        _issue(0, 1);
        vm.warp(START + LOAN);
        vm.assume(turn != 2);
        refusal = abi.encodeWithSelector(IAccessGrants.InvalidTurn.selector, 0, 2);
        _checkRefused(_statedGrant(0, turn), START + LOAN + 1, refusal);
        _issue(0, 2);
    }

    function test_seats_are_counted_for_each_steward_by_itself() public {
        IResourceRegistry.Registration memory registration = _stated(DIGEST);
        registration.steward = OTHER_STEWARD;
        vm.prank(OTHER_REGISTRAR);
        _resources.register(registration);
        _issue(0, 1);
        IAccessGrants.Grant memory stated = _statedGrant(0, 1);
        stated.steward = OTHER_STEWARD;
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.AgentNotLive.selector, OTHER_STEWARD, REGISTRAR));
        vm.prank(REGISTRAR);
        _grants.issue(stated, START + 1);
        vm.prank(OTHER_REGISTRAR);
        _grants.issue(stated, START + 1);
    }

    function _checkRefused(IAccessGrants.Grant memory stated, uint64 until, bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(REGISTRAR);
        _grants.issue(stated, until);
    }

    function _expectIssued(IAccessGrants.Grant memory stated, bytes32 grant, uint64 until) private {
        vm.expectEmit(address(_grants));
        emit IAccessGrants.GrantIssued(
            grant,
            stated.digest,
            stated.steward,
            stated.grantee,
            stated.scopes,
            uint64(block.timestamp),
            until,
            stated.seat,
            stated.turn
        );
    }

    function _checkSeat(IAccessGrants.Grant memory stated, uint64 until) private view {
        IAccessGrants.Seat memory seat = _grants.seatOf(stated.digest, stated.steward, stated.seat);
        vm.assertEq(bytes32(seat.holder), bytes32(bytes19(_idOf(stated))), "holder");
        vm.assertEq(seat.turn, stated.turn, "turn");
        vm.assertEq(seat.until, until, "until");
        vm.assertEq(seat.longestLoanSeconds, LOAN, "longest loan");
        vm.assertTrue(seat.selfService, "self-service");
    }

    function _idOf(IAccessGrants.Grant memory stated) private pure returns (bytes32) {
        bytes memory place = abi.encode(stated.digest, stated.steward, uint256(stated.seat), uint256(stated.turn));
        return sha256(bytes.concat(place, abi.encode(stated.grantee, uint256(stated.scopes))));
    }
}
