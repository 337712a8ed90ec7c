// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {Council} from "../Council.sol";
import {StewardRegistry} from "../StewardRegistry.sol";
import {ICouncil} from "../interfaces/ICouncil.sol";
import {Fixture} from "./Fixture.sol";

/// @dev A council as the admin of the registry of stewards.
contract CouncilTest is Fixture {
    uint256 private constant DELAY = 1 days;
    address private constant FIRST = address(0xc1);
    address private constant SECOND = address(0xc2);
    bytes32 private constant NEW_STEWARD = keccak256("new steward");
    bytes32 private constant ACT_SALT = keccak256("an act");

    Council private _council;
    StewardRegistry private _registry;

    function setUp() public override {
        super.setUp();
        _council = new Council(DELAY, _members(FIRST, SECOND));
        _registry = new StewardRegistry(ADMIN_DELAY, address(_council));
    }

    function _members(address first, address second) private pure returns (address[] memory members) {
        members = new address[](2);
        members[0] = first;
        members[1] = second;
    }

    function _act() private pure returns (bytes memory) {
        return abi.encodeCall(StewardRegistry.accredit, (NEW_STEWARD));
    }

    function _propose(address by) private returns (bytes32 id) {
        vm.prank(by);
        _council.schedule(address(_registry), 0, _act(), 0, ACT_SALT, DELAY);
        return _council.hashOperation(address(_registry), 0, _act(), 0, ACT_SALT);
    }

    function _carryOut(address by) private {
        vm.prank(by);
        _council.execute(address(_registry), 0, _act(), 0, ACT_SALT);
    }

    function test_an_act_is_done_after_the_delay_by_any_member() public {
        bytes32 id = _propose(FIRST);
        vm.warp(START + DELAY - 1);
        vm.expectRevert(_notReady(id));
        _carryOut(SECOND);
        vm.assertFalse(_registry.isAccredited(NEW_STEWARD), "not before");
        vm.warp(START + DELAY);
        _carryOut(SECOND);
        vm.assertTrue(_registry.isAccredited(NEW_STEWARD), "after it");
    }

    function test_any_member_calls_an_act_back() public {
        bytes32 id = _propose(FIRST);
        vm.prank(SECOND);
        _council.cancel(id);
        vm.warp(START + DELAY);
        vm.expectRevert(_notReady(id));
        _carryOut(FIRST);
        vm.assertFalse(_registry.isAccredited(NEW_STEWARD), "never");
    }

    function testFuzz_nobody_else_proposes_calls_back_or_carries_out(address stranger) public {
        vm.assume(stranger != FIRST && stranger != SECOND);
        bytes32 id = _propose(FIRST);
        vm.expectRevert(_unauthorized(stranger, _council.PROPOSER_ROLE()));
        vm.prank(stranger);
        _council.schedule(address(_registry), 0, _act(), 0, keccak256("other"), DELAY);
        vm.expectRevert(_unauthorized(stranger, _council.CANCELLER_ROLE()));
        vm.prank(stranger);
        _council.cancel(id);
        vm.warp(START + DELAY);
        vm.expectRevert(_unauthorized(stranger, _council.EXECUTOR_ROLE()));
        _carryOut(stranger);
    }

    function test_no_member_changes_members_or_the_delay_alone() public {
        bytes32 proposer = _council.PROPOSER_ROLE();
        vm.expectRevert(_unauthorized(FIRST, _council.DEFAULT_ADMIN_ROLE()));
        vm.prank(FIRST);
        _council.grantRole(proposer, STRANGER);
        vm.expectRevert(abi.encodeWithSelector(TimelockController.TimelockUnauthorizedCaller.selector, FIRST));
        vm.prank(FIRST);
        _council.updateDelay(0);
    }

    function test_the_council_changes_its_members_by_an_act() public {
        bytes memory change = abi.encodeCall(IAccessControl.revokeRole, (_council.PROPOSER_ROLE(), SECOND));
        vm.prank(FIRST);
        _council.schedule(address(_council), 0, change, 0, ACT_SALT, DELAY);
        vm.warp(START + DELAY);
        vm.prank(FIRST);
        _council.execute(address(_council), 0, change, 0, ACT_SALT);
        vm.assertFalse(_council.hasRole(_council.PROPOSER_ROLE(), SECOND), "proposes no more");
    }

    function test_it_has_members_and_none_is_zero() public {
        vm.expectRevert(abi.encodeWithSelector(ICouncil.CouncilWithoutMembers.selector));
        new Council(DELAY, new address[](0));
        address[] memory members = _members(FIRST, address(0));
        vm.expectRevert(abi.encodeWithSelector(ICouncil.CouncilMemberIsZero.selector));
        new Council(DELAY, members);
    }

    function test_it_takes_no_value() public {
        vm.deal(address(this), 1 ether);
        // solhint-disable-next-line avoid-low-level-calls
        (bool taken, bytes memory why) = address(_council).call{value: 1}("");
        vm.assertFalse(taken, "value");
        vm.assertEq(keccak256(why), keccak256(abi.encodeWithSelector(ICouncil.CouncilTakesNoValue.selector)), "why");
    }

    function _notReady(bytes32 id) private pure returns (bytes memory) {
        bytes32 ready = bytes32(uint256(1) << uint8(TimelockController.OperationState.Ready));
        return abi.encodeWithSelector(TimelockController.TimelockUnexpectedOperationState.selector, id, ready);
    }

    function _unauthorized(address account, bytes32 role) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, account, role);
    }
}
