// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessGrants} from "../interfaces/IAccessGrants.sol";
import {IStewardRegistry} from "../interfaces/IStewardRegistry.sol";
import {Fixture} from "./Fixture.sol";

/// @dev What becomes of a grant: renewed, returned, revoked.
contract GrantChangesTest is Fixture {
    address private constant SERVICE = address(0x5e2);

    bytes32 private _grant;

    function setUp() public override {
        super.setUp();
        _register(DIGEST);
        vm.prank(ADMIN);
        _stewards.addService(STEWARD, SERVICE, START, START + 3650 days);
        _grant = _issueFor(0, 1, 7 days);
    }

    // renew

    function testFuzz_a_grant_is_renewed_before_it_ends(uint64 time, uint64 until) public {
        time = uint64(_bound(time, START, START + 7 days - 1));
        vm.warp(time);
        until = uint64(_bound(until, START + 7 days + 1, uint256(time) + LOAN));
        vm.expectEmit(address(_grants));
        emit IAccessGrants.GrantRenewed(_grant, until);
        _renew(REGISTRAR, until);
        vm.warp(until - 1);
        vm.assertTrue(_isLive(), "in its last second");
        vm.warp(until);
        vm.assertFalse(_isLive(), "at its end");
        vm.assertEq(_grants.seatOf(DIGEST, STEWARD, 0).turn, 1, "turn");
        _checkAllEventsCounted(_grants);
    }

    function test_a_grant_that_has_ended_is_not_renewed() public {
        vm.warp(START + 7 days);
        _expectNotLive(_grant);
        _renew(REGISTRAR, START + 8 days);
    }

    function testFuzz_a_renewal_is_later(uint64 until) public {
        until = uint64(_bound(until, 0, START + 7 days));
        vm.expectRevert(abi.encodeWithSelector(IAccessGrants.RenewalNotLater.selector, START + 7 days, until));
        _renew(REGISTRAR, until);
    }

    function test_a_renewal_by_a_second_is_enough_and_by_none_is_not() public {
        testFuzz_a_renewal_is_later(START + 7 days);
        _renew(REGISTRAR, START + 7 days + 1);
    }

    function testFuzz_a_renewal_reaches_no_further_than_a_loan(uint64 until) public {
        until = uint64(_bound(until, START + LOAN + 1, type(uint64).max));
        vm.expectRevert(abi.encodeWithSelector(IAccessGrants.LoanTooLong.selector, until, START + LOAN));
        _renew(REGISTRAR, until);
    }

    function test_a_renewal_of_a_second_more_than_a_loan_is_too_long() public {
        testFuzz_a_renewal_reaches_no_further_than_a_loan(START + LOAN + 1);
        _renew(REGISTRAR, START + LOAN);
    }

    function test_a_suspended_steward_renews_nothing() public {
        _suspend();
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.StewardNotAccredited.selector, STEWARD));
        _renew(REGISTRAR, START + 8 days);
    }

    function testFuzz_who_is_no_agent_renews_and_returns_nothing(address caller) public {
        vm.assume(caller != REGISTRAR && caller != SERVICE);
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.AgentNotLive.selector, STEWARD, caller));
        _renew(caller, START + 8 days);
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.AgentNotLive.selector, STEWARD, caller));
        _giveBack(caller);
    }

    function test_a_service_renews_under_a_self_service_license_only() public {
        _renew(SERVICE, START + 8 days);
        bytes32 digest = keccak256("closed stacks");
        _registerClosed(digest);
        IAccessGrants.Grant memory stated = _statedGrant(0, 1);
        stated.digest = digest;
        vm.prank(REGISTRAR);
        bytes32 grant = _grants.issue(stated, START + 1 days);
        vm.expectRevert(abi.encodeWithSelector(IAccessGrants.NotSelfService.selector, digest, STEWARD));
        vm.prank(SERVICE);
        _grants.renew(digest, STEWARD, 0, grant, START + 2 days);
        vm.prank(REGISTRAR);
        _grants.renew(digest, STEWARD, 0, grant, START + 2 days);
        vm.prank(SERVICE);
        _grants.giveBack(digest, STEWARD, 0, grant);
    }

    // giveBack

    function test_a_returned_grant_frees_its_seat_at_once() public {
        vm.expectEmit(address(_grants));
        emit IAccessGrants.GrantReturned(_grant, START);
        _giveBack(SERVICE);
        vm.assertFalse(_isLive(), "live");
        _checkEnded(_grant);
        bytes32 next = _issueFor(0, 2, 1 days);
        vm.assertTrue(next != _grant, "another grant");
        _checkEnded(_grant);
        _checkAllEventsCounted(_grants);
    }

    function test_a_suspended_steward_still_takes_back() public {
        _suspend();
        _giveBack(REGISTRAR);
        vm.assertFalse(_isLive(), "live");
    }

    // revoke

    function test_a_revoked_grant_is_over_at_once_and_for_ever() public {
        vm.expectEmit(address(_grants));
        emit IAccessGrants.GrantRevoked(_grant, START);
        _revoke(REGISTRAR);
        vm.assertFalse(_isLive(), "live");
        _checkEnded(_grant);
        vm.expectRevert(abi.encodeWithSelector(IAccessGrants.InvalidTurn.selector, 0, 2));
        _issueFor(0, 1, 1 days); // the same grant again
        _issueFor(0, 2, 1 days);
        vm.assertFalse(_isLive(), "live again");
        _checkEnded(_grant);
        _checkAllEventsCounted(_grants);
    }

    function test_a_suspended_steward_still_revokes() public {
        _suspend();
        _revoke(REGISTRAR);
        vm.assertFalse(_isLive(), "live");
    }

    function test_a_grant_of_a_withdrawn_resource_is_still_ended() public {
        bytes32 second = _issueFor(1, 1, 7 days);
        vm.prank(REGISTRAR);
        _resources.withdraw(DIGEST, STEWARD, 1);
        _revoke(REGISTRAR);
        vm.prank(REGISTRAR);
        _grants.giveBack(DIGEST, STEWARD, 1, second);
    }

    function testFuzz_a_live_registrar_alone_revokes(address caller) public {
        vm.assume(caller != REGISTRAR);
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, STEWARD, caller));
        _revoke(caller);
    }

    function test_a_service_does_not_revoke() public {
        testFuzz_a_live_registrar_alone_revokes(SERVICE);
    }

    function test_a_registrar_of_another_steward_ends_nothing() public {
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, STEWARD, OTHER_REGISTRAR));
        _revoke(OTHER_REGISTRAR);
        _expectNotLive(_grant);
        vm.prank(OTHER_REGISTRAR);
        _grants.revoke(DIGEST, OTHER_STEWARD, 0, _grant);
        vm.assertTrue(_isLive(), "live");
    }

    /// @dev What revoking costs does not depend on how many grants, seats, events and agents there are.
    function test_revoking_costs_the_same_however_much_there_is() public {
        bytes32 second = _issueFor(1, 1, 7 days);
        _revoke(REGISTRAR);
        uint256 first = vm.lastCallGas().gasTotalUsed;
        for (uint256 i = 0; i < 50; ++i) {
            bytes32 grant = _issueFor(0, uint24(2 + i), 1 days);
            vm.prank(REGISTRAR);
            _grants.revoke(DIGEST, STEWARD, 0, grant);
        }
        vm.prank(REGISTRAR);
        _grants.revoke(DIGEST, STEWARD, 1, second);
        uint256 last = vm.lastCallGas().gasTotalUsed;
        vm.assertLe(last, first + 100, "gas");
    }

    function testFuzz_only_the_holder_of_the_seat_is_ended(bytes32 grant, uint32 seat) public {
        vm.assume(bytes19(grant) != bytes19(_grant));
        _expectNotLive(grant);
        vm.prank(REGISTRAR);
        _grants.revoke(DIGEST, STEWARD, seat, grant);
        _expectNotLive(grant);
        vm.prank(REGISTRAR);
        _grants.giveBack(DIGEST, STEWARD, seat, grant);
        vm.assume(seat != 0);
        _expectNotLive(_grant);
        vm.prank(REGISTRAR);
        _grants.revoke(DIGEST, STEWARD, seat, _grant);
        vm.assertTrue(_isLive(), "live");
    }

    function _checkEnded(bytes32 grant) private {
        _expectNotLive(grant);
        vm.prank(REGISTRAR);
        _grants.revoke(DIGEST, STEWARD, 0, grant);
        _expectNotLive(grant);
        vm.prank(REGISTRAR);
        _grants.giveBack(DIGEST, STEWARD, 0, grant);
        _expectNotLive(grant);
        vm.prank(REGISTRAR);
        _grants.renew(DIGEST, STEWARD, 0, grant, START + 20 days);
    }

    function _issueFor(uint32 seat, uint24 turn, uint64 loan) private returns (bytes32) {
        vm.prank(REGISTRAR);
        return _grants.issue(_statedGrant(seat, turn), uint64(block.timestamp) + loan);
    }

    function _renew(address caller, uint64 until) private {
        vm.prank(caller);
        _grants.renew(DIGEST, STEWARD, 0, _grant, until);
    }

    function _giveBack(address caller) private {
        vm.prank(caller);
        _grants.giveBack(DIGEST, STEWARD, 0, _grant);
    }

    function _revoke(address caller) private {
        vm.prank(caller);
        _grants.revoke(DIGEST, STEWARD, 0, _grant);
    }

    function _registerClosed(bytes32 digest) private {
        bytes32 license = _licenses.defineLicense("closed stacks", 0, 1, LOAN, false);
        vm.prank(REGISTRAR);
        _resources.register(_statedUnder(digest, license));
    }

    function _suspend() private {
        vm.prank(ADMIN);
        _stewards.suspend(STEWARD);
    }

    function _expectNotLive(bytes32 grant) private {
        vm.expectRevert(abi.encodeWithSelector(IAccessGrants.GrantNotLive.selector, grant));
    }

    function _isLive() private view returns (bool) {
        return _grants.isLive(_statedGrant(0, 1));
    }
}
