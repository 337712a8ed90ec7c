// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Fixture} from "./Fixture.sol";
import {StewardHandler} from "./StewardHandler.sol";

/// @dev What holds of stewards and their agents, whatever the admins do and others try.
contract StewardInvariantsTest is Fixture {
    StewardHandler private _handler;

    function setUp() public override {
        super.setUp();
        _handler = new StewardHandler(_stewards, ADMIN);
        bytes4[] memory selectors = new bytes4[](8);
        selectors[0] = StewardHandler.accredit.selector;
        selectors[1] = StewardHandler.turn.selector;
        selectors[2] = StewardHandler.add.selector;
        selectors[3] = StewardHandler.close.selector;
        selectors[4] = StewardHandler.rotate.selector;
        selectors[5] = StewardHandler.passOn.selector;
        selectors[6] = StewardHandler.intrude.selector;
        selectors[7] = StewardHandler.letBlocksPass.selector;
        _target(address(_handler), selectors);
    }

    function invariant_the_history_of_accreditation_is_what_happened() public view {
        bytes32[] memory stewards = _handler.stewards();
        for (uint256 i = 0; i < stewards.length; ++i) {
            for (uint256 back = 0; back < 200 && back < block.number; back += 23) {
                uint48 at = uint48(block.number - back);
                bool held = _stewards.wasAccredited(stewards[i], at);
                vm.assertTrue(held == _handler.wasAccredited(stewards[i], at), "was accredited");
            }
            bool now_ = _stewards.isAccredited(stewards[i]);
            vm.assertTrue(now_ == _stewards.wasAccredited(stewards[i], uint48(block.number)), "is accredited");
        }
    }

    function invariant_an_agent_acts_for_its_steward_in_its_window_alone() public view {
        StewardHandler.Agent[] memory agents = _handler.agents();
        for (uint256 i = 0; i < agents.length; ++i) {
            (bytes32 steward, uint8 role, uint64 from, uint64 until) = _stewards.agent(agents[i].account);
            vm.assertEq(steward, agents[i].steward, "steward");
            vm.assertEq(role, agents[i].role, "role");
            vm.assertEq(from, agents[i].from, "from");
            vm.assertEq(until, agents[i].until, "until");
            bool open = from <= block.timestamp && block.timestamp < until;
            vm.assertEq(_stewards.liveRole(steward, agents[i].account), open ? role : 0, "live");
            vm.assertEq(_stewards.liveRole(STEWARD, agents[i].account), 0, "for another steward");
        }
    }

    function invariant_there_is_one_admin_and_the_next_one_waits() public view {
        vm.assertEq(_stewards.defaultAdmin(), _handler.admin(), "admin");
        vm.assertTrue(_stewards.hasRole(0, _handler.admin()), "role");
        (address pending, uint48 schedule) = _stewards.pendingDefaultAdmin();
        vm.assertEq(pending, _handler.pending(), "pending");
        vm.assertFalse(pending != address(0) && _stewards.hasRole(0, pending), "role of who waits");
        vm.assertTrue(pending == address(0) || schedule == _handler.schedule(), "schedule");
    }

    function invariant_every_event_is_counted() public view {
        vm.assertEq(_stewards.accumulator(), _handler.accumulator(), "accumulator");
    }

    /// @dev Without this, handlers that do nothing would satisfy everything above.
    function afterInvariant() public view {
        string[10] memory actions = [
            "accredit",
            "suspend",
            "reinstate",
            "add",
            "close",
            "rotate",
            "passOn",
            "hurry",
            "intrude",
            "letBlocksPass"
        ];
        for (uint256 i = 0; i < actions.length; ++i) {
            vm.assertGt(_handler.done(actions[i]), 0, actions[i]);
        }
    }
}
