// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IStewardRegistry} from "../interfaces/IStewardRegistry.sol";
import {Fixture} from "./Fixture.sol";

contract StewardRegistryTest is Fixture {
    uint8 private constant REGISTRAR_ROLE = 1;
    uint8 private constant SERVICE_ROLE = 2;
    bytes32 private constant NEW_STEWARD = keccak256("new steward");
    address private constant NEW_AGENT = address(0x1234);

    // accredit

    function test_the_admin_accredits_a_steward() public {
        vm.assertFalse(_stewards.isAccredited(NEW_STEWARD), "before");
        vm.expectEmit(address(_stewards));
        emit IStewardRegistry.StewardAccredited(NEW_STEWARD);
        vm.prank(ADMIN);
        _stewards.accredit(NEW_STEWARD);
        vm.assertTrue(_stewards.isAccredited(NEW_STEWARD), "after");
        _checkAllEventsCounted(_stewards);
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
        _stewards.addRegistrar(STEWARD, NEW_AGENT, START, START + 1);
        vm.expectRevert(refusal);
        vm.prank(caller);
        _stewards.reinstate(STEWARD);
        vm.expectRevert(refusal);
        vm.prank(caller);
        _stewards.addService(STEWARD, NEW_AGENT, START, START + 1);
        vm.expectRevert(refusal);
        vm.prank(caller);
        _stewards.rotate(REGISTRAR, NEW_AGENT, START + 1, START + 2);
        vm.expectRevert(refusal);
        vm.prank(caller);
        _stewards.close(REGISTRAR, START);
    }

    // suspend

    function test_the_admin_suspends_a_steward_and_accredits_it_again() public {
        vm.expectEmit(address(_stewards));
        emit IStewardRegistry.StewardSuspended(STEWARD);
        vm.prank(ADMIN);
        _stewards.suspend(STEWARD);
        vm.assertFalse(_stewards.isAccredited(STEWARD), "suspended");
        vm.assertEq(_stewards.liveRole(STEWARD, REGISTRAR), REGISTRAR_ROLE, "its registrar stays live");
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.StewardNotAccredited.selector, STEWARD));
        _stewards.checkRegistrar(STEWARD, REGISTRAR);

        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.StewardNotAccredited.selector, STEWARD));
        _stewards.checkAgent(STEWARD, REGISTRAR);
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.StewardNotAccredited.selector, STEWARD));
        vm.prank(ADMIN);
        _stewards.suspend(STEWARD);

        vm.expectEmit(address(_stewards));
        emit IStewardRegistry.StewardReinstated(STEWARD);
        vm.prank(ADMIN);
        _stewards.reinstate(STEWARD);
        _stewards.checkRegistrar(STEWARD, REGISTRAR);
        _checkAllEventsCounted(_stewards);
    }

    function test_only_a_suspended_steward_is_reinstated() public {
        bytes32[2] memory others = [STEWARD, NEW_STEWARD];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.StewardNotSuspended.selector, others[i]));
            vm.prank(ADMIN);
            _stewards.reinstate(others[i]);
        }
    }

    function test_a_suspended_steward_is_reinstated_and_not_accredited_anew() public {
        vm.prank(ADMIN);
        _stewards.suspend(STEWARD);
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.StewardAlreadyAccredited.selector, STEWARD));
        vm.prank(ADMIN);
        _stewards.accredit(STEWARD);
    }

    // History

    function test_who_was_accredited_at_a_block_is_answered_for_ever() public {
        vm.roll(100);
        vm.prank(ADMIN);
        _stewards.accredit(NEW_STEWARD);
        vm.roll(200);
        vm.prank(ADMIN);
        _stewards.suspend(NEW_STEWARD);
        vm.roll(300);
        vm.prank(ADMIN);
        _stewards.reinstate(NEW_STEWARD);
        vm.roll(1000);
        uint48[8] memory blocks = [uint48(0), 99, 100, 199, 200, 299, 300, type(uint48).max];
        bool[8] memory held = [false, false, true, true, false, false, true, true];
        for (uint256 i = 0; i < blocks.length; ++i) {
            vm.assertTrue(_stewards.wasAccredited(NEW_STEWARD, blocks[i]) == held[i], vm.toString(blocks[i]));
        }
    }

    function test_within_a_block_its_end_counts() public {
        vm.roll(100);
        vm.prank(ADMIN);
        _stewards.accredit(NEW_STEWARD);
        vm.prank(ADMIN);
        _stewards.suspend(NEW_STEWARD);
        vm.assertFalse(_stewards.wasAccredited(NEW_STEWARD, 100), "at its end");
    }

    function testFuzz_the_history_is_what_happened(uint256 seed) public {
        uint256 first = block.number + 1;
        bool[32] memory held;
        bool accredited = false;
        for (uint256 i = 0; i < held.length; ++i) {
            vm.roll(first + i);
            if (i == 0) {
                vm.prank(ADMIN);
                _stewards.accredit(NEW_STEWARD);
                accredited = true;
            } else if ((seed >> i) & 1 == 1) {
                vm.prank(ADMIN);
                if (accredited) {
                    _stewards.suspend(NEW_STEWARD);
                } else {
                    _stewards.reinstate(NEW_STEWARD);
                }
                accredited = !accredited;
            }
            held[i] = accredited;
        }
        for (uint256 i = 0; i < held.length; ++i) {
            vm.assertTrue(_stewards.wasAccredited(NEW_STEWARD, uint48(first + i)) == held[i], "held");
        }
        vm.assertFalse(_stewards.wasAccredited(NEW_STEWARD, uint48(first - 1)), "before");
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
        emit IStewardRegistry.AgentAdded(STEWARD, NEW_AGENT, REGISTRAR_ROLE, from, until);
        vm.prank(ADMIN);
        _stewards.addRegistrar(STEWARD, NEW_AGENT, from, until);
        _checkAgent(NEW_AGENT, REGISTRAR_ROLE, from, until);

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
        vm.assertEq(_stewards.liveRole(STEWARD, REGISTRAR), REGISTRAR_ROLE, "its own");
        vm.assertEq(_stewards.liveRole(other, REGISTRAR), 0, "another");
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, OTHER_STEWARD, REGISTRAR));
        _stewards.checkRegistrar(OTHER_STEWARD, REGISTRAR);
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.AgentNotLive.selector, OTHER_STEWARD, REGISTRAR));
        _stewards.checkAgent(OTHER_STEWARD, REGISTRAR);
    }

    function testFuzz_a_service_is_live_in_its_window_and_is_no_registrar(uint64 from, uint64 until) public {
        from = uint64(_bound(from, 0, START));
        until = uint64(_bound(until, START + 1, type(uint64).max));
        vm.expectEmit(address(_stewards));
        emit IStewardRegistry.AgentAdded(STEWARD, NEW_AGENT, SERVICE_ROLE, from, until);
        vm.prank(ADMIN);
        _stewards.addService(STEWARD, NEW_AGENT, from, until);
        _checkAgent(NEW_AGENT, SERVICE_ROLE, from, until);
        vm.assertEq(_stewards.checkAgent(STEWARD, NEW_AGENT), SERVICE_ROLE, "service");
        vm.assertEq(_stewards.checkAgent(STEWARD, REGISTRAR), REGISTRAR_ROLE, "registrar");
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, STEWARD, NEW_AGENT));
        _stewards.checkRegistrar(STEWARD, NEW_AGENT);
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.AgentNotLive.selector, STEWARD, NEW_AGENT));
        _stewards.checkAgent(STEWARD, NEW_AGENT);
    }

    function testFuzz_a_stranger_is_no_agent(address account, bytes32 steward) public view {
        vm.assume(account != REGISTRAR && account != OTHER_REGISTRAR);
        vm.assertEq(_stewards.liveRole(steward, account), 0, "live");
        vm.assertEq(_stewards.liveRole(0, account), 0, "live for zero");
        (bytes32 none, uint8 role, uint64 from, uint64 until) = _stewards.agent(account);
        vm.assertTrue(none == 0 && role == 0 && from == 0 && until == 0, "agent");
    }

    function test_the_zero_address_is_no_agent() public {
        _expectAddRefused(abi.encodeWithSelector(IStewardRegistry.AgentIsZero.selector));
        _stewards.addRegistrar(STEWARD, address(0), START, START + 1);
        _expectAddRefused(abi.encodeWithSelector(IStewardRegistry.AgentIsZero.selector));
        _stewards.addService(STEWARD, address(0), START, START + 1);
    }

    function testFuzz_an_empty_window_is_refused(uint64 from, uint64 until) public {
        until = uint64(_bound(until, 0, from));
        _expectAddRefused(abi.encodeWithSelector(IStewardRegistry.WindowEmpty.selector, from, until));
        _stewards.addRegistrar(STEWARD, NEW_AGENT, from, until);
    }

    function test_a_steward_that_is_not_accredited_gets_no_registrar() public {
        _expectAddRefused(abi.encodeWithSelector(IStewardRegistry.StewardNotAccredited.selector, NEW_STEWARD));
        _stewards.addRegistrar(NEW_STEWARD, NEW_AGENT, START, START + 1);
    }

    function test_an_account_belongs_to_one_steward_for_ever() public {
        vm.prank(ADMIN);
        _stewards.close(REGISTRAR, START);
        bytes memory refusal = abi.encodeWithSelector(IStewardRegistry.AgentAlreadyAdded.selector, REGISTRAR, STEWARD);
        _expectAddRefused(refusal);
        _stewards.addRegistrar(OTHER_STEWARD, REGISTRAR, START, START + 1);
        _expectAddRefused(refusal);
        _stewards.addService(STEWARD, REGISTRAR, START, START + 1);
    }

    // close

    function testFuzz_a_window_is_closed_at_any_earlier_time(uint64 at) public {
        (, , uint64 from, uint64 until) = _stewards.agent(REGISTRAR);
        at = uint64(_bound(at, 0, until - 1));
        vm.expectEmit(address(_stewards));
        emit IStewardRegistry.AgentClosed(STEWARD, REGISTRAR, at);
        vm.prank(ADMIN);
        _stewards.close(REGISTRAR, at);
        _checkAgent(REGISTRAR, REGISTRAR_ROLE, from, at);
        vm.assertEq(_stewards.liveRole(STEWARD, REGISTRAR), block.timestamp < at ? REGISTRAR_ROLE : 0, "live");
    }

    function test_a_window_is_not_closed_at_its_end() public {
        (, , , uint64 until) = _stewards.agent(REGISTRAR);
        testFuzz_a_window_is_never_extended(until);
    }

    function testFuzz_a_window_is_never_extended(uint64 at) public {
        (, , , uint64 until) = _stewards.agent(REGISTRAR);
        at = uint64(_bound(at, until, type(uint64).max));
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.CloseNotEarlier.selector, REGISTRAR, until, at));
        vm.prank(ADMIN);
        _stewards.close(REGISTRAR, at);
    }

    function test_who_is_no_agent_is_not_closed() public {
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.AgentNotFound.selector, NEW_AGENT));
        vm.prank(ADMIN);
        _stewards.close(NEW_AGENT, START);
    }

    function test_an_agent_is_closed_again_at_an_earlier_time_only() public {
        vm.prank(ADMIN);
        _stewards.close(REGISTRAR, START + 10);
        testFuzz_a_window_is_never_extended(START + 10);
        testFuzz_a_window_is_closed_at_any_earlier_time(START + 9);
    }

    // rotate

    function testFuzz_a_role_passes_from_one_key_to_the_next(uint64 from, bool isService) public {
        uint8 role = isService ? SERVICE_ROLE : REGISTRAR_ROLE;
        address old = isService ? address(0x4321) : REGISTRAR;
        if (isService) {
            vm.prank(ADMIN);
            _stewards.addService(STEWARD, old, START, START + 3650 days);
        }
        from = uint64(_bound(from, START + 1, START + 3649 days));
        vm.prank(ADMIN);
        _stewards.rotate(old, NEW_AGENT, from, from + 365 days);
        _checkAgent(old, role, START, from);
        _checkAgent(NEW_AGENT, role, from, from + 365 days);
        vm.warp(from - 1);
        vm.assertEq(_stewards.liveRole(STEWARD, old), role, "the old one before");
        vm.assertEq(_stewards.liveRole(STEWARD, NEW_AGENT), 0, "the new one before");
        vm.warp(from);
        vm.assertEq(_stewards.liveRole(STEWARD, old), 0, "the old one after");
        vm.assertEq(_stewards.liveRole(STEWARD, NEW_AGENT), role, "the new one after");
        _checkAllEventsCounted(_stewards);
    }

    function test_a_rotation_is_refused_whole() public {
        _expectAddRefused(abi.encodeWithSelector(IStewardRegistry.AgentNotFound.selector, NEW_AGENT));
        _stewards.rotate(NEW_AGENT, STRANGER, START + 1, START + 2);
        bytes memory taken = abi.encodeWithSelector(
            IStewardRegistry.AgentAlreadyAdded.selector,
            OTHER_REGISTRAR,
            OTHER_STEWARD
        );
        _expectAddRefused(taken);
        _stewards.rotate(REGISTRAR, OTHER_REGISTRAR, START + 1, START + 2);
        uint64 until = START + 3650 days;
        _expectAddRefused(abi.encodeWithSelector(IStewardRegistry.CloseNotEarlier.selector, REGISTRAR, until, until));
        _stewards.rotate(REGISTRAR, NEW_AGENT, until, until + 1);
        _expectAddRefused(abi.encodeWithSelector(IStewardRegistry.WindowEmpty.selector, START + 1, START + 1));
        _stewards.rotate(REGISTRAR, NEW_AGENT, START + 1, START + 1);
        _checkAgent(REGISTRAR, REGISTRAR_ROLE, START, until);
    }

    function _checkLive(uint64 time, bool live) private {
        vm.warp(time);
        vm.assertEq(_stewards.liveRole(STEWARD, NEW_AGENT), live ? REGISTRAR_ROLE : 0, "live");
        if (!live) {
            vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, STEWARD, NEW_AGENT));
        }
        _stewards.checkRegistrar(STEWARD, NEW_AGENT);
    }

    function _checkAgent(address account, uint8 role, uint64 from, uint64 until) private view {
        (bytes32 steward, uint8 keptRole, uint64 keptFrom, uint64 keptUntil) = _stewards.agent(account);
        vm.assertEq(steward, STEWARD, "steward");
        vm.assertEq(keptRole, role, "role");
        vm.assertEq(keptFrom, from, "from");
        vm.assertEq(keptUntil, until, "until");
    }

    function _expectAddRefused(bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(ADMIN);
    }
}
