// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Administered} from "../Administered.sol";
import {AdminHandler} from "./AdminHandler.sol";
import {Fixture} from "./Fixture.sol";

/// @dev What holds of the admin of both contracts that have one, whatever is tried.
contract AdminInvariantsTest is Fixture {
    AdminHandler private _handler;

    function setUp() public override {
        super.setUp();
        _handler = new AdminHandler([Administered(_stewards), Administered(_anchors)], ADMIN, ADMIN_DELAY);
        bytes4[] memory selectors = new bytes4[](8);
        selectors[0] = AdminHandler.begin.selector;
        selectors[1] = AdminHandler.cancel.selector;
        selectors[2] = AdminHandler.accept.selector;
        selectors[3] = AdminHandler.changeDelay.selector;
        selectors[4] = AdminHandler.seize.selector;
        selectors[5] = AdminHandler.letTimePass.selector;
        selectors[6] = AdminHandler.begin.selector;
        selectors[7] = AdminHandler.accept.selector;
        _target(address(_handler), selectors);
    }

    function invariant_there_is_one_admin_and_nobody_else_has_the_role() public view {
        Administered[2] memory both = _handler.both();
        address[4] memory actors = _handler.actors();
        for (uint256 i = 0; i < both.length; ++i) {
            vm.assertEq(both[i].defaultAdmin(), _handler.admin(), "admin");
            vm.assertEq(both[i].owner(), _handler.admin(), "owner");
            for (uint256 j = 0; j < actors.length; ++j) {
                vm.assertTrue(both[i].hasRole(0, actors[j]) == (actors[j] == _handler.admin()), "role");
            }
        }
    }

    function invariant_a_transfer_and_the_delay_are_as_the_model_says() public view {
        Administered[2] memory both = _handler.both();
        for (uint256 i = 0; i < both.length; ++i) {
            (address pending, uint48 schedule) = both[i].pendingDefaultAdmin();
            vm.assertEq(pending, _handler.pending(), "pending");
            vm.assertEq(schedule, _handler.schedule(), "schedule");
            vm.assertEq(both[i].defaultAdminDelay(), _handler.delay(), "delay");
        }
    }

    function invariant_every_change_of_a_right_is_counted() public view {
        Administered[2] memory both = _handler.both();
        bytes32[2] memory expected = _handler.accumulators();
        for (uint256 i = 0; i < both.length; ++i) {
            vm.assertEq(both[i].accumulator(), expected[i], "accumulator");
        }
    }

    /// @dev Without this, handlers that do nothing would satisfy everything above.
    function afterInvariant() public view {
        string[5] memory actions = ["begin", "cancel", "accept", "changeDelay", "letTimePass"];
        for (uint256 i = 0; i < actions.length; ++i) {
            vm.assertGt(_handler.done(actions[i]), 0, actions[i]);
        }
        vm.assertGt(_handler.refused("accept"), 0, "an acceptance refused");
        vm.assertGt(_handler.refused("seize"), 0, "a seizure refused");
    }
}
