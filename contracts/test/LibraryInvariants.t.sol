// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IEventAccumulator} from "../interfaces/IEventAccumulator.sol";
import {IResourceRegistry} from "../interfaces/IResourceRegistry.sol";
import {Fixture} from "./Fixture.sol";
import {LibraryHandler} from "./LibraryHandler.sol";

/// @dev What holds after any sequence of registrations, withdrawals, grants and revocations.
contract LibraryInvariantsTest is Fixture {
    LibraryHandler private _handler;

    function setUp() public override {
        super.setUp();
        bytes32[3] memory licenses = [
            _license,
            _licenses.defineLicense("one seat", 0, 1, LOAN, true),
            _licenses.defineLicense("no limit", 0, type(uint32).max, LOAN, true)
        ];
        _handler = new LibraryHandler(
            _stewards,
            _resources,
            _grants,
            ADMIN,
            [STEWARD, OTHER_STEWARD],
            [REGISTRAR, OTHER_REGISTRAR],
            licenses,
            [SEATS, 1, type(uint32).max]
        );
        bytes4[] memory selectors = new bytes4[](8);
        selectors[0] = LibraryHandler.register.selector;
        selectors[1] = LibraryHandler.supersede.selector;
        selectors[2] = LibraryHandler.withdraw.selector;
        selectors[3] = LibraryHandler.issue.selector;
        selectors[4] = LibraryHandler.issue.selector;
        selectors[5] = LibraryHandler.revoke.selector;
        selectors[6] = LibraryHandler.changeAccreditation.selector;
        selectors[7] = LibraryHandler.letTimePass.selector;
        _target(address(_handler), selectors);
    }

    function invariant_a_registration_never_changes_once_written() public view {
        LibraryHandler.Registered[] memory all = _handler.registered();
        for (uint256 i = 0; i < all.length; ++i) {
            IResourceRegistry.RegistrationState memory kept = _resources.registration(
                all[i].digest,
                _handler.stewards(all[i].who)
            );
            vm.assertEq(kept.registrar, _handler.registrars(all[i].who), "registrar");
            vm.assertEq(kept.registeredAt, all[i].at, "registered at");
            vm.assertEq(kept.licenseNumber, all[i].licenseNumber, "license number");
            vm.assertEq(kept.state, all[i].state, "state");
            vm.assertEq(kept.successor, all[i].successor, "successor");
        }
    }

    function invariant_seats_are_never_exceeded() public view {
        LibraryHandler.Issued[] memory all = _handler.issuedGrants();
        uint256[] memory live = new uint256[](_handler.registered().length);
        for (uint256 i = 0; i < all.length; ++i) {
            if (_grants.isLive(all[i].grant)) {
                ++live[all[i].registration];
            }
        }
        for (uint256 i = 0; i < live.length; ++i) {
            vm.assertLe(live[i], _handler.seatsOf(i), "live grants");
        }
    }

    function invariant_a_grant_is_live_as_the_model_says_and_never_once_revoked() public view {
        LibraryHandler.Issued[] memory all = _handler.issuedGrants();
        for (uint256 i = 0; i < all.length; ++i) {
            bool live = _grants.isLive(all[i].grant);
            vm.assertTrue(live == _handler.isLive(i), "live");
            vm.assertFalse(live && all[i].revoked, "revoked and live");
            vm.assertEq(_grants.grantOf(all[i].grant).state, all[i].revoked ? 2 : 1, "state");
        }
    }

    function invariant_every_event_is_counted() public view {
        _checkCounted(_stewards);
        _checkCounted(_resources);
        _checkCounted(_grants);
    }

    /// @dev Without this, handlers that do nothing would satisfy everything above.
    function afterInvariant() public view {
        string[7] memory actions = ["register", "supersede", "withdraw", "issue", "revoke", "accredit", "letTimePass"];
        for (uint256 i = 0; i < actions.length; ++i) {
            vm.assertGt(_handler.done(actions[i]), 0, actions[i]);
        }
        vm.assertGt(_handler.refused("issue"), 0, "an issue refused");
        vm.assertGt(_handler.refused("register"), 0, "a registration refused");
    }

    function _checkCounted(IEventAccumulator emitter) private view {
        LibraryHandler.Counted memory expected = _handler.counted(emitter);
        vm.assertEq(emitter.eventCount(), expected.count, "event count");
        vm.assertEq(emitter.accumulator(), expected.accumulator, "accumulator");
    }
}
