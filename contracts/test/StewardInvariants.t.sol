// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Fixture} from "./Fixture.sol";
import {StewardHandler} from "./StewardHandler.sol";

/// @dev What holds of stewards and their agents, whatever the admin and others try.
contract StewardInvariantsTest is Fixture {
    StewardHandler private _handler;

    function setUp() public override {
        super.setUp();
        _handler = new StewardHandler(_stewards, ADMIN);
        bytes4[] memory selectors = new bytes4[](11);
        selectors[0] = StewardHandler.accredit.selector;
        selectors[1] = StewardHandler.suspend.selector;
        selectors[2] = StewardHandler.reinstate.selector;
        selectors[3] = StewardHandler.add.selector;
        selectors[4] = StewardHandler.add.selector;
        selectors[5] = StewardHandler.close.selector;
        selectors[6] = StewardHandler.rotate.selector;
        selectors[7] = StewardHandler.intrude.selector;
        selectors[8] = StewardHandler.letTimePass.selector;
        selectors[9] = StewardHandler.rotate.selector;
        selectors[10] = StewardHandler.reinstate.selector;
        _target(address(_handler), selectors);
    }

    function invariant_each_agent_is_as_the_model_says() public view {
        address[] memory accounts = _handler.accounts();
        for (uint256 i = 0; i < accounts.length; ++i) {
            address account = accounts[i];
            StewardHandler.Agent memory expected = _handler.agentOf(account);
            (bytes32 steward, uint8 role, uint64 from, uint64 until) = _stewards.agent(account);
            vm.assertEq(steward, expected.steward, "steward");
            vm.assertEq(role, expected.role, "role");
            vm.assertEq(from, expected.from, "from");
            vm.assertEq(until, expected.until, "until");
        }
    }

    function invariant_an_agent_acts_for_its_steward_alone_and_in_its_window() public view {
        address[] memory accounts = _handler.accounts();
        for (uint256 i = 0; i < accounts.length; ++i) {
            address account = accounts[i];
            StewardHandler.Agent memory expected = _handler.agentOf(account);
            bool open = expected.from <= block.timestamp && block.timestamp < expected.until;
            for (uint256 j = 0; j <= _handler.STEWARDS(); ++j) {
                bytes32 steward = _handler.stewardOf(j);
                bool acts = steward != 0 && expected.steward == steward && open;
                vm.assertEq(_stewards.liveRole(steward, account), acts ? expected.role : 0, "live role");
                _checkChecks(steward, account, acts && _stewards.isAccredited(steward) ? expected.role : 0);
            }
        }
    }

    /// @dev Zero and who was never added hold no role, own nothing and are accredited at no block.
    function invariant_the_history_of_each_steward_is_what_happened() public view {
        for (uint256 i = 0; i <= _handler.STEWARDS(); ++i) {
            bytes32 steward = _handler.stewardOf(i);
            vm.assertTrue(_stewards.isAccredited(steward) == _handler.held(steward, block.number), "now");
            for (uint256 at = _handler.firstBlock(); at <= block.number; ++at) {
                bool was = _stewards.wasAccredited(steward, uint48(at));
                vm.assertTrue(was == _handler.held(steward, at), "then");
            }
            vm.assertFalse(_stewards.wasAccredited(steward, uint48(_handler.firstBlock() - 1)), "before");
        }
    }

    function invariant_every_event_is_counted() public view {
        vm.assertEq(_stewards.accumulator(), _handler.accumulatorSeen(), "accumulator");
    }

    /// @dev Without this, handlers that do nothing would satisfy everything above.
    function afterInvariant() public view {
        string[6] memory actions = ["accredit", "suspend", "reinstate", "add", "close", "rotate"];
        for (uint256 i = 0; i < actions.length; ++i) {
            vm.assertGt(_handler.done(actions[i]), 0, actions[i]);
            vm.assertGt(_handler.refused(actions[i]), 0, actions[i]);
        }
        vm.assertGt(_handler.refused("intrude"), 0, "intrude");
        vm.assertGt(_handler.done("letTimePass"), 0, "letTimePass");
    }

    function _checkChecks(bytes32 steward, address account, uint8 role) private view {
        try _stewards.checkAgent(steward, account) returns (uint8 found) {
            vm.assertTrue(role != 0 && found == role, "check of an agent");
        } catch {
            vm.assertEq(role, 0, "an agent refused");
        }
        try _stewards.checkRegistrar(steward, account) {
            vm.assertEq(role, 1, "check of a registrar");
        } catch {
            vm.assertTrue(role != 1, "a registrar refused");
        }
    }
}
