// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ICheckpointAnchor} from "../interfaces/ICheckpointAnchor.sol";
import {AnchorHandler} from "./AnchorHandler.sol";
import {Fixture} from "./Fixture.sol";

/// @dev What holds of an anchored ledger, whatever its anchorer and others try.
contract AnchorInvariantsTest is Fixture {
    bytes32 private constant OTHER_LEDGER = keccak256("ledger of another steward");

    AnchorHandler private _handler;
    uint64 private _largest;

    function setUp() public override {
        super.setUp();
        vm.prank(ADMIN);
        _anchors.openLedger(OTHER_LEDGER, OTHER_STEWARD, STRANGER);
        _handler = new AnchorHandler(_anchors, LEDGER, OTHER_LEDGER, ADMIN, ANCHORER_KEY);
        bytes4[] memory selectors = new bytes4[](9);
        selectors[0] = AnchorHandler.grow.selector;
        selectors[1] = AnchorHandler.rotate.selector;
        selectors[2] = AnchorHandler.shrink.selector;
        selectors[3] = AnchorHandler.fork.selector;
        selectors[4] = AnchorHandler.intrude.selector;
        selectors[5] = AnchorHandler.grow.selector;
        selectors[6] = AnchorHandler.replay.selector;
        selectors[7] = AnchorHandler.forge.selector;
        selectors[8] = AnchorHandler.overstep.selector;
        _target(address(_handler), selectors);
    }

    function invariant_the_size_never_falls() public {
        (uint64 size, ) = _anchors.latest(LEDGER);
        vm.assertLe(_largest, size, "size");
        _largest = size;
    }

    function invariant_the_heads_form_one_chain() public view {
        AnchorHandler.Head[] memory heads = _handler.heads();
        (uint64 size, ICheckpointAnchor.Checkpoint memory kept) = _anchors.latest(LEDGER);
        vm.assertEq(size, heads[heads.length - 1].size, "size");
        vm.assertEq(kept.root, heads[heads.length - 1].root, "root");
        (, , , uint32 count) = _anchors.ledgerOf(LEDGER);
        vm.assertEq(count, heads.length - 1, "count");
        // The entries are never changed, so that it is enough to look at the last two.
        for (uint256 i = heads.length > 2 ? heads.length - 2 : 1; i < heads.length; ++i) {
            vm.assertGt(heads[i].size, heads[i - 1].size, "growth");
            vm.assertEq(_handler.rootOf(heads[i].size), heads[i].root, "prefix");
        }
    }

    function invariant_every_checkpoint_is_kept_and_leads_to_the_one_before() public view {
        AnchorHandler.Head[] memory heads = _handler.heads();
        for (uint256 i = 0; i < heads.length; ++i) {
            ICheckpointAnchor.Checkpoint memory kept = _anchors.checkpointAt(LEDGER, heads[i].size);
            vm.assertEq(kept.root, heads[i].root, "root");
            vm.assertEq(kept.blockNumber, heads[i].blockNumber, "block");
            vm.assertEq(kept.time, heads[i].time, "time");
            vm.assertEq(kept.previousSize, i == 0 ? 0 : heads[i - 1].size, "previous size");
        }
    }

    function invariant_what_was_proven_once_stays_proven() public view {
        AnchorHandler.Head[] memory heads = _handler.heads();
        if (heads.length > 1) {
            AnchorHandler.Head memory head = heads[1 + (uint256(_handler.accumulatorSeen()) % (heads.length - 1))];
            (bytes32 leaf, uint64 index, bytes32[] memory proof) = _handler.entryOf(head.size, head.time);
            (uint64 blockNumber, ) = _anchors.verifyInclusion(LEDGER, head.size, leaf, index, proof);
            vm.assertEq(blockNumber, head.blockNumber, "block");
        }
    }

    function invariant_only_the_admin_changes_the_anchorer() public view {
        (bytes32 steward, address anchorer, , ) = _anchors.ledgerOf(LEDGER);
        vm.assertEq(anchorer, _handler.anchorer(), "anchorer");
        vm.assertEq(steward, STEWARD, "steward");
    }

    function invariant_the_key_of_one_ledger_is_of_no_use_for_another() public view {
        (bytes32 steward, address anchorer, uint64 size, uint32 count) = _anchors.ledgerOf(OTHER_LEDGER);
        vm.assertEq(steward, OTHER_STEWARD, "steward");
        vm.assertEq(anchorer, STRANGER, "anchorer");
        vm.assertTrue(size == 0 && count == 0, "untouched");
        vm.assertFalse(_anchors.hasRole(0, _handler.anchorer()), "the right of the admin");
    }

    function invariant_every_event_is_counted() public view {
        vm.assertEq(_anchors.accumulator(), _handler.accumulatorSeen(), "accumulator");
    }

    /// @dev Without this, handlers that do nothing would satisfy everything above.
    function afterInvariant() public view {
        string[9] memory actions = [
            "grow",
            "grow by signature",
            "replay",
            "forge",
            "overstep",
            "rotate",
            "shrink",
            "fork",
            "intrude"
        ];
        for (uint256 i = 0; i < actions.length; ++i) {
            vm.assertGt(_handler.done(actions[i]), 0, actions[i]);
        }
    }
}
