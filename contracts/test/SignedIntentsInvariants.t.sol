// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IResourceRegistry} from "../interfaces/IResourceRegistry.sol";
import {Fixture} from "./Fixture.sol";
import {IntentHandler} from "./IntentHandler.sol";

/// @dev What holds of signed intents and their nonces, whatever anyone sends.
contract SignedIntentsInvariantsTest is Fixture {
    IntentHandler private _handler;

    function setUp() public override {
        super.setUp();
        _handler = new IntentHandler(
            _resources,
            _license,
            [STEWARD, OTHER_STEWARD],
            [REGISTRAR_KEY, OTHER_REGISTRAR_KEY]
        );
        bytes4[] memory selectors = new bytes4[](8);
        selectors[0] = IntentHandler.sendGood.selector;
        selectors[1] = IntentHandler.sendWrong.selector;
        selectors[2] = IntentHandler.sendInVain.selector;
        selectors[3] = IntentHandler.replay.selector;
        selectors[4] = IntentHandler.invalidate.selector;
        selectors[5] = IntentHandler.invalidate.selector;
        selectors[6] = IntentHandler.letTimePass.selector;
        selectors[7] = IntentHandler.sendAfterFork.selector;
        _target(address(_handler), selectors);
    }

    function invariant_a_nonce_is_used_by_what_succeeded_alone() public view {
        address[2] memory signers = [REGISTRAR, OTHER_REGISTRAR];
        uint256[3] memory words = [uint256(0), 1, type(uint248).max];
        for (uint256 i = 0; i < signers.length; ++i) {
            for (uint256 j = 0; j < words.length; ++j) {
                uint256 bits = _resources.nonceBitmap(signers[i], words[j]);
                vm.assertEq(bits, _handler.usedNonces(signers[i], words[j]), "bitmap");
            }
        }
    }

    function invariant_each_intent_was_carried_out_in_the_name_of_its_signer() public view {
        IntentHandler.Sent[] memory all = _handler.allSent();
        vm.assertEq(_resources.eventCount(), all.length, "once each");
        for (uint256 i = all.length > 8 ? all.length - 8 : 0; i < all.length; ++i) {
            IResourceRegistry.RegistrationState memory kept = _resources.registration(
                all[i].stated.digest,
                all[i].stated.steward
            );
            vm.assertEq(kept.registrar, all[i].authorization.signer, "registrar");
            vm.assertEq(kept.state, 1, "state");
            vm.assertLe(kept.registeredAt, all[i].authorization.deadline, "in time");
        }
    }

    function invariant_every_event_is_counted() public view {
        vm.assertEq(_resources.accumulator(), _handler.accumulatorSeen(), "accumulator");
    }

    /// @dev Without this, handlers that do nothing would satisfy everything above.
    function afterInvariant() public view {
        vm.assertGt(_handler.done("sendGood"), 0, "send");
        vm.assertGt(_handler.refused("sendGood"), 0, "a used nonce sent");
        vm.assertGt(_handler.refused("sendWrong"), _handler.WRONGS() - 1, "each kind of wrong");
        vm.assertGt(_handler.refused("sendAfterFork"), 0, "signed before a fork");
        vm.assertGt(_handler.done("sendAfterFork"), 0, "signed after a fork");
        vm.assertGt(_handler.refused("sendInVain"), 0, "sendInVain");
        vm.assertGt(_handler.refused("replay"), 0, "replay");
        vm.assertGt(_handler.done("invalidate"), 0, "invalidate");
        vm.assertGt(_handler.refused("invalidate"), 0, "a used nonce invalidated");
        vm.assertGt(_handler.done("letTimePass"), 0, "letTimePass");
    }
}
