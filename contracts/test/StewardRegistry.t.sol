// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IAccessControlDefaultAdminRules} from "@openzeppelin/contracts/access/extensions/IAccessControlDefaultAdminRules.sol";
import {IStewardRegistry} from "../interfaces/IStewardRegistry.sol";
import {Fixture} from "./Fixture.sol";

contract StewardRegistryTest is Fixture {
    bytes32 private constant NEW_STEWARD = keccak256("new steward");
    address private constant NEW_REGISTRAR = address(0x1234);

    // accredit

    function test_the_admin_accredits_a_steward() public {
        vm.assertFalse(_stewards.isAccredited(NEW_STEWARD), "before");
        vm.expectEmit(address(_stewards));
        emit IStewardRegistry.StewardAccredited(NEW_STEWARD);
        vm.prank(ADMIN);
        _stewards.accredit(NEW_STEWARD);
        vm.assertTrue(_stewards.isAccredited(NEW_STEWARD), "after");
    }

    function test_a_steward_is_not_accredited_twice() public {
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.StewardAlreadyAccredited.selector, STEWARD));
        vm.prank(ADMIN);
        _stewards.accredit(STEWARD);
    }

    function test_zero_is_not_a_steward() public {
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.StewardIsZero.selector));
        vm.prank(ADMIN);
        _stewards.accredit(0);
    }

    function testFuzz_nobody_but_the_admin_does_anything(address caller) public {
        vm.assume(caller != ADMIN);
        bytes memory refusal = abi.encodeWithSelector(
            IAccessControl.AccessControlUnauthorizedAccount.selector,
            caller,
            bytes32(0)
        );
        vm.expectRevert(refusal);
        vm.prank(caller);
        _stewards.accredit(NEW_STEWARD);
        vm.expectRevert(refusal);
        vm.prank(caller);
        _stewards.suspend(STEWARD);
        vm.expectRevert(refusal);
        vm.prank(caller);
        _stewards.addRegistrar(STEWARD, NEW_REGISTRAR, START, START + 1);
        vm.expectRevert(refusal);
        vm.prank(caller);
        _stewards.closeRegistrar(REGISTRAR, START);
    }

    // suspend

    function test_the_admin_suspends_a_steward_and_accredits_it_again() public {
        vm.expectEmit(address(_stewards));
        emit IStewardRegistry.StewardSuspended(STEWARD);
        vm.prank(ADMIN);
        _stewards.suspend(STEWARD);
        vm.assertFalse(_stewards.isAccredited(STEWARD), "suspended");
        vm.assertTrue(_stewards.isLiveRegistrar(STEWARD, REGISTRAR), "its registrar stays live");
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.StewardNotAccredited.selector, STEWARD));
        _stewards.checkRegistrar(STEWARD, REGISTRAR);

        vm.prank(ADMIN);
        _stewards.accredit(STEWARD);
        _stewards.checkRegistrar(STEWARD, REGISTRAR);
    }

    function test_a_steward_that_is_not_accredited_is_not_suspended() public {
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.StewardNotAccredited.selector, NEW_STEWARD));
        vm.prank(ADMIN);
        _stewards.suspend(NEW_STEWARD);
    }

    // addRegistrar

    function testFuzz_a_registrar_is_live_in_its_window(uint64 from, uint64 until, uint64 time) public {
        from = uint64(_bound(from, 0, type(uint64).max - 1));
        until = uint64(_bound(until, uint256(from) + 1, type(uint64).max));
        vm.expectEmit(address(_stewards));
        emit IStewardRegistry.RegistrarAdded(STEWARD, NEW_REGISTRAR, from, until);
        vm.prank(ADMIN);
        _stewards.addRegistrar(STEWARD, NEW_REGISTRAR, from, until);
        (bytes32 steward, uint64 keptFrom, uint64 keptUntil) = _stewards.registrar(NEW_REGISTRAR);
        vm.assertEq(steward, STEWARD, "steward");
        vm.assertEq(keptFrom, from, "from");
        vm.assertEq(keptUntil, until, "until");

        _checkLive(time, from <= time && time < until);
        _checkLive(from, true);
        _checkLive(until - 1, true);
        _checkLive(until, false);
        if (from > 0) {
            _checkLive(from - 1, false);
        }
    }

    function testFuzz_a_registrar_acts_for_one_steward_alone(bytes32 other) public {
        vm.assume(other != STEWARD);
        vm.assertTrue(_stewards.isLiveRegistrar(STEWARD, REGISTRAR), "its own");
        vm.assertFalse(_stewards.isLiveRegistrar(other, REGISTRAR), "another");
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, OTHER_STEWARD, REGISTRAR));
        _stewards.checkRegistrar(OTHER_STEWARD, REGISTRAR);
    }

    function testFuzz_a_stranger_is_no_registrar(address account, bytes32 steward) public view {
        vm.assume(account != REGISTRAR && account != OTHER_REGISTRAR);
        vm.assertFalse(_stewards.isLiveRegistrar(steward, account), "live");
        vm.assertFalse(_stewards.isLiveRegistrar(0, account), "live for zero");
        (bytes32 none, uint64 from, uint64 until) = _stewards.registrar(account);
        vm.assertTrue(none == 0 && from == 0 && until == 0, "registrar");
    }

    function test_the_zero_address_is_not_a_registrar() public {
        _expectAddRefused(abi.encodeWithSelector(IStewardRegistry.RegistrarIsZero.selector));
        _stewards.addRegistrar(STEWARD, address(0), START, START + 1);
    }

    function testFuzz_an_empty_window_is_refused(uint64 from, uint64 until) public {
        until = uint64(_bound(until, 0, from));
        _expectAddRefused(abi.encodeWithSelector(IStewardRegistry.RegistrarWindowEmpty.selector, from, until));
        _stewards.addRegistrar(STEWARD, NEW_REGISTRAR, from, until);
    }

    function test_a_steward_that_is_not_accredited_gets_no_registrar() public {
        _expectAddRefused(abi.encodeWithSelector(IStewardRegistry.StewardNotAccredited.selector, NEW_STEWARD));
        _stewards.addRegistrar(NEW_STEWARD, NEW_REGISTRAR, START, START + 1);
    }

    function test_an_account_belongs_to_one_steward_for_ever() public {
        vm.prank(ADMIN);
        _stewards.closeRegistrar(REGISTRAR, START);
        bytes memory refusal = abi.encodeWithSelector(
            IStewardRegistry.RegistrarAlreadyAdded.selector,
            REGISTRAR,
            STEWARD
        );
        _expectAddRefused(refusal);
        _stewards.addRegistrar(OTHER_STEWARD, REGISTRAR, START, START + 1);
        _expectAddRefused(refusal);
        _stewards.addRegistrar(STEWARD, REGISTRAR, START, START + 1);
    }

    // closeRegistrar

    function testFuzz_a_window_is_closed_at_any_earlier_time(uint64 at) public {
        (, uint64 from, uint64 until) = _stewards.registrar(REGISTRAR);
        at = uint64(_bound(at, 0, until - 1));
        vm.expectEmit(address(_stewards));
        emit IStewardRegistry.RegistrarClosed(STEWARD, REGISTRAR, at);
        vm.prank(ADMIN);
        _stewards.closeRegistrar(REGISTRAR, at);
        (bytes32 steward, uint64 keptFrom, uint64 keptUntil) = _stewards.registrar(REGISTRAR);
        vm.assertEq(steward, STEWARD, "steward");
        vm.assertEq(keptFrom, from, "from");
        vm.assertEq(keptUntil, at, "until");
        vm.assertTrue(_stewards.isLiveRegistrar(STEWARD, REGISTRAR) == (block.timestamp < at), "live");
    }

    function test_a_window_is_not_closed_at_its_end() public {
        (, , uint64 until) = _stewards.registrar(REGISTRAR);
        testFuzz_a_window_is_never_extended(until);
    }

    function testFuzz_a_window_is_never_extended(uint64 at) public {
        (, , uint64 until) = _stewards.registrar(REGISTRAR);
        at = uint64(_bound(at, until, type(uint64).max));
        vm.expectRevert(
            abi.encodeWithSelector(IStewardRegistry.RegistrarCloseNotEarlier.selector, REGISTRAR, until, at)
        );
        vm.prank(ADMIN);
        _stewards.closeRegistrar(REGISTRAR, at);
    }

    function test_who_is_no_registrar_is_not_closed() public {
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.RegistrarNotFound.selector, NEW_REGISTRAR));
        vm.prank(ADMIN);
        _stewards.closeRegistrar(NEW_REGISTRAR, START);
    }

    // The default admin

    function test_the_admin_changes_in_two_steps_and_after_the_delay() public {
        vm.prank(ADMIN);
        _stewards.beginDefaultAdminTransfer(STRANGER);
        uint48 schedule = uint48(START) + ADMIN_DELAY;
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessControlDefaultAdminRules.AccessControlEnforcedDefaultAdminDelay.selector,
                schedule
            )
        );
        vm.prank(STRANGER);
        _stewards.acceptDefaultAdminTransfer();
        vm.warp(uint256(schedule) + 1);
        vm.prank(STRANGER);
        _stewards.acceptDefaultAdminTransfer();
        vm.assertEq(_stewards.defaultAdmin(), STRANGER, "admin");
        vm.prank(STRANGER);
        _stewards.suspend(STEWARD);
    }

    // Events

    function test_all_its_events_are_counted() public {
        vm.prank(ADMIN);
        _stewards.suspend(STEWARD);
        vm.prank(ADMIN);
        _stewards.closeRegistrar(REGISTRAR, START);
        vm.prank(ADMIN);
        _stewards.beginDefaultAdminTransfer(STRANGER);
        vm.assertEq(_stewards.eventCount(), 6, "count");
        _checkAllEventsCounted(_stewards);
    }

    function _checkLive(uint64 time, bool live) private {
        vm.warp(time);
        vm.assertTrue(_stewards.isLiveRegistrar(STEWARD, NEW_REGISTRAR) == live, "live");
        if (!live) {
            vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, STEWARD, NEW_REGISTRAR));
        }
        _stewards.checkRegistrar(STEWARD, NEW_REGISTRAR);
    }

    function _expectAddRefused(bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(ADMIN);
    }
}
