// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IEventAccumulator} from "../interfaces/IEventAccumulator.sol";
import {IAccessGrants} from "../interfaces/IAccessGrants.sol";
import {IResourceRegistry} from "../interfaces/IResourceRegistry.sol";
import {Fixture} from "./Fixture.sol";
import {LibraryHandler} from "./LibraryHandler.sol";
import {LibraryModel} from "./LibraryModel.sol";

/// @dev What holds after any sequence of what stewards, their agents, the admin and intruders do. There is so much to do
/// that a shorter history would now and then lack one thing.
/// hardhat-config: invariant.depth = 640
contract LibraryInvariantsTest is Fixture {
    LibraryHandler private _handler;

    function setUp() public override {
        super.setUp();
        address[2] memory services = [address(0x5e1), address(0x5e2)];
        bytes32[2] memory ids = [STEWARD, OTHER_STEWARD];
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(ADMIN);
            _stewards.addService(ids[i], services[i], 0, type(uint64).max);
        }
        bytes32[3] memory licenses = [
            _license,
            _licenses.defineLicense("one seat", 0, 1, LOAN, true),
            _licenses.defineLicense("no limit", 0, type(uint32).max, LOAN, false)
        ];
        _handler = new LibraryHandler(
            LibraryModel.Library({
                stewards: _stewards,
                resources: _resources,
                grants: _grants,
                admin: ADMIN,
                ids: ids,
                registrars: [REGISTRAR, OTHER_REGISTRAR],
                services: services,
                licenses: licenses,
                seats: [SEATS, 1, type(uint32).max]
            })
        );
        bytes4[] memory selectors = new bytes4[](18);
        selectors[0] = LibraryHandler.register.selector;
        selectors[1] = LibraryHandler.registerTwo.selector;
        selectors[2] = LibraryHandler.supersede.selector;
        selectors[3] = LibraryHandler.render.selector;
        selectors[4] = LibraryHandler.withdraw.selector;
        selectors[5] = LibraryHandler.issue.selector;
        selectors[6] = LibraryHandler.issue.selector;
        selectors[7] = LibraryHandler.issue.selector;
        selectors[8] = LibraryHandler.renew.selector;
        selectors[9] = LibraryHandler.giveBack.selector;
        selectors[10] = LibraryHandler.revoke.selector;
        selectors[11] = LibraryHandler.intrude.selector;
        selectors[12] = LibraryHandler.changeAccreditation.selector;
        selectors[13] = LibraryHandler.letTimePass.selector;
        selectors[14] = LibraryHandler.supersede.selector;
        selectors[15] = LibraryHandler.render.selector;
        selectors[16] = LibraryHandler.changeAccreditation.selector;
        selectors[17] = LibraryHandler.takeBack.selector;
        _target(address(_handler), selectors);
    }

    function invariant_a_registration_never_changes_once_written() public view {
        LibraryModel.Registered[] memory all = _handler.registered();
        for (uint256 i = 0; i < all.length; ++i) {
            bool first = all[i].who == 0;
            bytes32 steward = first ? STEWARD : OTHER_STEWARD;
            IResourceRegistry.RegistrationState memory kept = _resources.registration(all[i].digest, steward);
            vm.assertEq(kept.registrar, first ? REGISTRAR : OTHER_REGISTRAR, "registrar");
            vm.assertEq(kept.registeredAt, all[i].at, "registered at");
            vm.assertEq(kept.licenseNumber, all[i].license + 1, "license number");
            vm.assertEq(kept.state, all[i].state, "state");
            vm.assertEq(kept.relation, all[i].relation, "relation");
            vm.assertEq(kept.successor, all[i].successor, "successor");
            vm.assertEq(kept.original, all[i].original, "original");
            _checkLink(all[i].digest, steward, all[i].successor, all[i].relation);
            _checkLink(all[i].digest, steward, all[i].original, 4);
            _checkLink(all[i].digest, steward, all[i].translation, 3);
        }
    }

    /// @dev A batch that was refused has left nothing.
    function invariant_nothing_is_registered_but_what_succeeded() public view {
        for (uint256 what = 1; what <= _handler.DIGESTS(); ++what) {
            bytes32 digest = keccak256(abi.encode(what));
            for (uint256 who = 0; who < 2; ++who) {
                uint8 state = _resources.registration(digest, who == 0 ? STEWARD : OTHER_STEWARD).state;
                vm.assertTrue((state != 0) == _handler.isRegistered(digest, who), "registered");
            }
        }
    }

    function invariant_seats_are_never_exceeded() public view {
        LibraryModel.Issued[] memory all = _handler.issuedGrants();
        uint256[] memory live = new uint256[](_handler.registered().length);
        for (uint256 i = 0; i < all.length; ++i) {
            if (_grants.isLive(all[i].stated)) {
                ++live[all[i].registration];
            }
        }
        for (uint256 i = 0; i < live.length; ++i) {
            vm.assertLe(live[i], _handler.seatsOf(i), "live grants");
        }
    }

    function invariant_a_grant_is_live_as_the_model_says_and_never_once_ended() public view {
        LibraryModel.Issued[] memory all = _handler.issuedGrants();
        for (uint256 i = 0; i < all.length; ++i) {
            bool live = _grants.isLive(all[i].stated);
            vm.assertTrue(live == _handler.isLive(i), "live");
            vm.assertFalse(live && all[i].ended, "ended and live");
            if (_handler.isHeld(i)) {
                IAccessGrants.Seat memory seat = _grants.seatOf(
                    all[i].stated.digest,
                    all[i].stated.steward,
                    all[i].stated.seat
                );
                vm.assertEq(seat.until, all[i].until, "until");
                vm.assertEq(seat.turn, all[i].stated.turn, "turn");
            }
        }
    }

    function invariant_zero_never_has_a_right() public view {
        bytes32[3] memory ids = [STEWARD, OTHER_STEWARD, bytes32(0)];
        for (uint256 i = 0; i < ids.length; ++i) {
            vm.assertEq(_stewards.liveRole(ids[i], address(0)), 0, "role");
            vm.assertEq(_stewards.liveRole(0, i == 0 ? REGISTRAR : OTHER_REGISTRAR), 0, "steward");
            vm.assertEq(_resources.registration(0, ids[i]).state, 0, "registration");
        }
        vm.assertFalse(_stewards.isAccredited(0), "accredited");
    }

    function invariant_the_contracts_hold_no_value() public view {
        address[5] memory all = [
            address(_stewards),
            address(_licenses),
            address(_resources),
            address(_grants),
            address(_anchors)
        ];
        for (uint256 i = 0; i < all.length; ++i) {
            vm.assertEq(all[i].balance, 0, "balance");
        }
    }

    function invariant_every_event_is_counted() public view {
        _checkCounted(_stewards);
        _checkCounted(_resources);
        _checkCounted(_grants);
    }

    /// @dev Without this, handlers that do nothing would satisfy everything above.
    function afterInvariant() public view {
        string[13] memory actions = [
            "register",
            "registerTwo",
            "supersede",
            "translate",
            "takeBack",
            "render",
            "withdraw",
            "issue",
            "renew",
            "giveBack",
            "revoke",
            "reinstate",
            "letTimePass"
        ];
        for (uint256 i = 0; i < actions.length; ++i) {
            vm.assertGt(_handler.done(actions[i]), 0, actions[i]);
        }
        string[4] memory refusals = ["registerTwo", "issue", "revoke", "intrude"];
        for (uint256 i = 0; i < refusals.length; ++i) {
            vm.assertGt(_handler.refused(refusals[i]), 0, refusals[i]);
        }
    }

    function _checkLink(bytes32 digest, bytes32 steward, bytes32 other, uint8 relation) private view {
        uint8 state = _resources.linkState(digest, steward, other, relation);
        vm.assertTrue((state == 1) == (other != 0), "link");
    }

    function _checkCounted(IEventAccumulator emitter) private view {
        bytes32 expected = _handler.accumulators(address(emitter));
        vm.assertEq(emitter.accumulator(), expected, "accumulator");
        vm.assertEq(emitter.eventCount(), uint48(uint256(expected)), "event count");
    }
}
