// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IAccessControlDefaultAdminRules} from "@openzeppelin/contracts/access/extensions/IAccessControlDefaultAdminRules.sol";
import {Administered} from "../Administered.sol";
import {Fixture} from "./Fixture.sol";

/// @dev The admin of both contracts that have one: it changes in two steps and after a delay, and every change of a
/// right is counted.
contract AdministeredTest is Fixture {
    bytes32 private constant ROLE = keccak256("some role");

    function _both() private view returns (Administered[2] memory) {
        return [Administered(_stewards), Administered(_anchors)];
    }

    function test_the_admin_changes_in_two_steps_and_after_the_delay() public {
        Administered[2] memory both = _both();
        uint48 schedule = uint48(START) + ADMIN_DELAY;
        bytes memory early = abi.encodeWithSelector(
            IAccessControlDefaultAdminRules.AccessControlEnforcedDefaultAdminDelay.selector,
            schedule
        );
        for (uint256 i = 0; i < both.length; ++i) {
            vm.prank(ADMIN);
            both[i].beginDefaultAdminTransfer(STRANGER);
        }
        for (uint256 i = 0; i < both.length; ++i) {
            vm.expectRevert(early);
            vm.prank(STRANGER);
            both[i].acceptDefaultAdminTransfer();
        }
        vm.warp(schedule);
        for (uint256 i = 0; i < both.length; ++i) {
            vm.expectRevert(early);
            vm.prank(STRANGER);
            both[i].acceptDefaultAdminTransfer();
        }
        vm.warp(uint256(schedule) + 1);
        for (uint256 i = 0; i < both.length; ++i) {
            vm.assertEq(both[i].defaultAdmin(), ADMIN, "one admin until then");
            vm.prank(STRANGER);
            both[i].acceptDefaultAdminTransfer();
            vm.assertEq(both[i].defaultAdmin(), STRANGER, "and one after");
            vm.assertFalse(both[i].hasRole(0, ADMIN), "the old one has no right");
        }
        vm.prank(STRANGER);
        _stewards.suspend(STEWARD);
    }

    function testFuzz_nobody_but_the_named_one_accepts(address caller) public {
        vm.assume(caller != STRANGER);
        vm.prank(ADMIN);
        _stewards.beginDefaultAdminTransfer(STRANGER);
        vm.warp(START + ADMIN_DELAY + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessControlDefaultAdminRules.AccessControlInvalidDefaultAdmin.selector, caller)
        );
        vm.prank(caller);
        _stewards.acceptDefaultAdminTransfer();
    }

    function testFuzz_nobody_gives_itself_a_role(address caller, bytes32 role) public {
        vm.assume(caller != ADMIN);
        bytes memory refusal = abi.encodeWithSelector(
            IAccessControl.AccessControlUnauthorizedAccount.selector,
            caller,
            bytes32(0)
        );
        Administered[2] memory both = _both();
        for (uint256 i = 0; i < both.length; ++i) {
            vm.expectRevert(refusal);
            vm.prank(caller);
            both[i].beginDefaultAdminTransfer(caller);
            if (role != 0) {
                vm.expectRevert(refusal);
                vm.prank(caller);
                both[i].grantRole(role, caller);
            }
            vm.assertFalse(both[i].hasRole(role, caller), "role");
        }
    }

    function test_not_even_the_admin_grants_or_revokes_the_admin_role() public {
        bytes memory refusal = abi.encodeWithSelector(
            IAccessControlDefaultAdminRules.AccessControlEnforcedDefaultAdminRules.selector
        );
        vm.expectRevert(refusal);
        vm.prank(ADMIN);
        _stewards.grantRole(0, STRANGER);
        vm.expectRevert(refusal);
        vm.prank(ADMIN);
        _stewards.revokeRole(0, ADMIN);
    }

    function test_each_change_of_a_role_is_counted_once() public {
        Administered[2] memory both = _both();
        for (uint256 i = 0; i < both.length; ++i) {
            uint256 before = both[i].eventCount();
            vm.prank(ADMIN);
            both[i].grantRole(ROLE, STRANGER);
            vm.prank(ADMIN);
            both[i].grantRole(ROLE, STRANGER); // has it already
            vm.assertEq(both[i].eventCount(), before + 1, "granted");
            vm.prank(STRANGER);
            both[i].renounceRole(ROLE, STRANGER);
            vm.assertEq(both[i].eventCount(), before + 2, "renounced");
            vm.prank(ADMIN);
            both[i].grantRole(ROLE, STRANGER);
            vm.prank(ADMIN);
            both[i].revokeRole(ROLE, STRANGER);
            vm.prank(ADMIN);
            both[i].revokeRole(ROLE, STRANGER); // has it no more
            vm.assertEq(both[i].eventCount(), before + 4, "revoked");
        }
    }

    function test_all_that_changes_a_right_is_in_the_accumulator() public {
        vm.prank(ADMIN);
        _stewards.grantRole(ROLE, STRANGER);
        vm.prank(ADMIN);
        _stewards.revokeRole(ROLE, STRANGER);
        vm.prank(ADMIN);
        _stewards.beginDefaultAdminTransfer(STRANGER);
        vm.warp(START + ADMIN_DELAY + 1);
        vm.prank(STRANGER);
        _stewards.acceptDefaultAdminTransfer();
        _checkAllEventsCounted(_stewards);
    }

    function test_the_admin_of_the_anchors_is_counted_too() public {
        vm.prank(ADMIN);
        _anchors.beginDefaultAdminTransfer(STRANGER);
        vm.warp(START + ADMIN_DELAY + 1);
        vm.prank(STRANGER);
        _anchors.acceptDefaultAdminTransfer();
        _checkAllEventsCounted(_anchors);
    }
}
