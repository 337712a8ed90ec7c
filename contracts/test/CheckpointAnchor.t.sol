// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {Rfc6962} from "../Rfc6962.sol";
import {ICheckpointAnchor} from "../interfaces/ICheckpointAnchor.sol";
import {IRfc6962Errors} from "../interfaces/IRfc6962Errors.sol";
import {Fixture} from "./Fixture.sol";
import {MerkleTree} from "./MerkleTree.sol";

contract CheckpointAnchorTest is Fixture {
    bytes32 private constant NEW_LEDGER = keccak256("new ledger");
    bytes32 private constant ROOT = keccak256("root");
    uint64 private constant DEADLINE = START + 1 hours;

    // openLedger

    function test_the_admin_opens_a_ledger_with_the_empty_tree() public {
        vm.roll(77);
        vm.expectEmit(address(_anchors));
        emit ICheckpointAnchor.LedgerOpened(NEW_LEDGER, OTHER_STEWARD, STRANGER);
        vm.prank(ADMIN);
        _anchors.openLedger(NEW_LEDGER, OTHER_STEWARD, STRANGER);
        (bytes32 steward, address anchorer, , ) = _anchors.ledgerOf(NEW_LEDGER);
        vm.assertEq(steward, OTHER_STEWARD, "steward");
        vm.assertEq(anchorer, STRANGER, "anchorer");
        _checkLatest(NEW_LEDGER, 0, Rfc6962.EMPTY_ROOT, 0);
    }

    function test_a_ledger_is_opened_once() public {
        _expectAdminRefused(abi.encodeWithSelector(ICheckpointAnchor.LedgerAlreadyOpen.selector, LEDGER));
        _anchors.openLedger(LEDGER, STEWARD, STRANGER);
    }

    function test_a_ledger_is_kept_by_a_steward() public {
        _expectAdminRefused(abi.encodeWithSelector(ICheckpointAnchor.LedgerWithoutSteward.selector, NEW_LEDGER));
        _anchors.openLedger(NEW_LEDGER, 0, STRANGER);
    }

    function test_zero_is_neither_a_ledger_nor_an_anchorer() public {
        _expectAdminRefused(abi.encodeWithSelector(ICheckpointAnchor.LedgerIsZero.selector));
        _anchors.openLedger(0, STEWARD, STRANGER);
        _expectAdminRefused(abi.encodeWithSelector(ICheckpointAnchor.AnchorerIsZero.selector));
        _anchors.openLedger(NEW_LEDGER, STEWARD, address(0));
        _expectAdminRefused(abi.encodeWithSelector(ICheckpointAnchor.AnchorerIsZero.selector));
        _anchors.setAnchorer(LEDGER, address(0));
    }

    function testFuzz_nobody_but_the_admin_opens_or_rotates(address caller) public {
        vm.assume(caller != ADMIN);
        bytes memory refusal = abi.encodeWithSelector(
            IAccessControl.AccessControlUnauthorizedAccount.selector,
            caller,
            bytes32(0)
        );
        vm.expectRevert(refusal);
        vm.prank(caller);
        _anchors.openLedger(NEW_LEDGER, STEWARD, caller);
        vm.expectRevert(refusal);
        vm.prank(caller);
        _anchors.setAnchorer(LEDGER, caller);
    }

    // setAnchorer

    function test_a_new_anchorer_takes_over_at_once() public {
        vm.expectEmit(address(_anchors));
        emit ICheckpointAnchor.AnchorerChanged(LEDGER, STRANGER);
        vm.prank(ADMIN);
        _anchors.setAnchorer(LEDGER, STRANGER);
        (, address anchorer, , ) = _anchors.ledgerOf(LEDGER);
        vm.assertEq(anchorer, STRANGER, "anchorer");
        bytes32[] memory none = new bytes32[](0);
        vm.expectRevert(abi.encodeWithSelector(ICheckpointAnchor.NotAnchorer.selector, LEDGER, ANCHORER));
        vm.prank(ANCHORER);
        _anchors.anchor(LEDGER, 1, ROOT, none);
        vm.prank(STRANGER);
        _anchors.anchor(LEDGER, 1, ROOT, none);
        _checkLatest(LEDGER, 1, ROOT, 1);
    }

    function testFuzz_a_ledger_that_was_never_opened_is_not_found(bytes32 ledger) public {
        vm.assume(ledger != LEDGER);
        bytes32[] memory none = new bytes32[](0);
        bytes memory refusal = abi.encodeWithSelector(ICheckpointAnchor.LedgerNotFound.selector, ledger);
        _expectAdminRefused(refusal);
        _anchors.setAnchorer(ledger, STRANGER);
        vm.expectRevert(refusal);
        _anchors.anchor(ledger, 1, ROOT, none);
        vm.expectRevert(refusal);
        _anchors.anchorBySignature(ledger, 1, ROOT, none, DEADLINE, "");
        vm.expectRevert(refusal);
        _anchors.latest(ledger);
        vm.expectRevert(refusal);
        _anchors.ledgerOf(ledger);
        vm.expectRevert(abi.encodeWithSelector(ICheckpointAnchor.CheckpointNotAnchored.selector, ledger, 0));
        _anchors.checkpointAt(ledger, 0);
    }

    // anchor

    function testFuzz_a_ledger_grows_by_consistency_proofs(uint256 seed, uint256 first, uint256 second) public {
        (bytes32[] memory leaves, uint64 m, uint64 n) = _growth(seed, first, second);
        bytes32 oldRoot = MerkleTree.root(MerkleTree.first(leaves, m));
        bytes32 newRoot = MerkleTree.root(leaves);
        _anchor(m, oldRoot, new bytes32[](0));
        _checkLatest(LEDGER, m, oldRoot, 1);
        vm.roll(block.number + 5);
        vm.expectEmit(address(_anchors));
        emit ICheckpointAnchor.CheckpointAnchored(LEDGER, n, newRoot);
        _anchor(n, newRoot, MerkleTree.consistencyProof(leaves, m));
        _checkLatest(LEDGER, n, newRoot, 2);
        _checkAllEventsCounted(_anchors);
    }

    function testFuzz_a_ledger_that_changes_its_history_is_refused(uint256 seed, uint256 first, uint256 second) public {
        (bytes32[] memory leaves, uint64 m, uint64 n) = _growth(seed, first, second);
        _anchor(m, MerkleTree.root(MerkleTree.first(leaves, m)), new bytes32[](0));
        leaves[seed % m] = ~leaves[seed % m];
        bytes32[] memory proof = MerkleTree.consistencyProof(leaves, m);
        bytes32 forked = MerkleTree.root(leaves);
        vm.expectRevert(abi.encodeWithSelector(IRfc6962Errors.InvalidConsistencyProof.selector, m, n));
        _anchor(n, forked, proof);
    }

    function testFuzz_a_checkpoint_that_is_not_larger_is_refused(uint64 size, uint64 given) public {
        size = uint64(_bound(size, 1, type(uint64).max));
        given = uint64(_bound(given, 0, size));
        _anchor(size, ROOT, new bytes32[](0));
        vm.expectRevert(abi.encodeWithSelector(ICheckpointAnchor.CheckpointSizeNotLarger.selector, size, given));
        _anchor(given, ROOT, new bytes32[](0));
    }

    function test_the_first_checkpoint_takes_no_proof() public {
        vm.expectRevert(abi.encodeWithSelector(IRfc6962Errors.InvalidConsistencyProof.selector, 0, 1));
        _anchor(1, ROOT, new bytes32[](1));
    }

    function testFuzz_nobody_but_the_anchorer_anchors(address caller) public {
        vm.assume(caller != ANCHORER);
        vm.expectRevert(abi.encodeWithSelector(ICheckpointAnchor.NotAnchorer.selector, LEDGER, caller));
        vm.prank(caller);
        _anchors.anchor(LEDGER, 1, ROOT, new bytes32[](0));
    }

    // History

    function testFuzz_every_checkpoint_stays_readable(uint256 seed, uint256 first, uint256 second) public {
        (bytes32[] memory leaves, uint64 m, uint64 n) = _growth(seed, first, second);
        bytes32 oldRoot = MerkleTree.root(MerkleTree.first(leaves, m));
        bytes32 newRoot = MerkleTree.root(leaves);
        uint256 opened = block.number;
        vm.roll(100);
        vm.warp(START + 100);
        _anchor(m, oldRoot, new bytes32[](0));
        vm.roll(200);
        vm.warp(START + 200);
        _anchor(n, newRoot, MerkleTree.consistencyProof(leaves, m));
        _checkKept(0, Rfc6962.EMPTY_ROOT, opened, START, 0);
        _checkKept(m, oldRoot, 100, START + 100, 0);
        _checkKept(n, newRoot, 200, START + 200, m);
    }

    function testFuzz_a_size_that_was_not_anchored_is_not_found(uint64 size) public {
        vm.assume(size != 0 && size != 5);
        _anchor(5, ROOT, new bytes32[](0));
        bytes memory refusal = abi.encodeWithSelector(ICheckpointAnchor.CheckpointNotAnchored.selector, LEDGER, size);
        vm.expectRevert(refusal);
        _anchors.checkpointAt(LEDGER, size);
        vm.expectRevert(refusal);
        _anchors.verifyInclusion(LEDGER, size, ROOT, 0, new bytes32[](0));
    }

    // verifyInclusion

    function testFuzz_an_entry_is_proven_against_any_checkpoint(uint256 seed, uint256 first, uint256 second) public {
        (bytes32[] memory leaves, uint64 m, uint64 n) = _growth(seed, first, second);
        bytes32[] memory older = MerkleTree.first(leaves, m);
        vm.roll(100);
        vm.warp(START + 100);
        _anchor(m, MerkleTree.root(older), new bytes32[](0));
        vm.roll(200);
        _anchor(n, MerkleTree.root(leaves), MerkleTree.consistencyProof(leaves, m));
        uint64 index = uint64(seed % m);
        bytes32[] memory proof = MerkleTree.inclusionProof(older, index);
        (uint64 blockNumber, uint64 time) = _anchors.verifyInclusion(LEDGER, m, leaves[index], index, proof);
        vm.assertEq(blockNumber, 100, "block");
        vm.assertEq(time, START + 100, "time");
        proof = MerkleTree.inclusionProof(leaves, index);
        (blockNumber, ) = _anchors.verifyInclusion(LEDGER, n, leaves[index], index, proof);
        vm.assertEq(blockNumber, 200, "block");
        vm.expectRevert(abi.encodeWithSelector(IRfc6962Errors.InvalidInclusionProof.selector, index, n));
        _anchors.verifyInclusion(LEDGER, n, ~leaves[index], index, proof);
    }

    function test_nothing_is_in_the_empty_tree() public {
        vm.expectRevert(abi.encodeWithSelector(IRfc6962Errors.InvalidInclusionProof.selector, 0, 0));
        _anchors.verifyInclusion(LEDGER, 0, Rfc6962.EMPTY_ROOT, 0, new bytes32[](0));
    }

    // Events

    function test_all_its_events_are_counted() public {
        vm.prank(ADMIN);
        _anchors.setAnchorer(LEDGER, STRANGER);
        vm.prank(ADMIN);
        _anchors.beginDefaultAdminTransfer(STRANGER);
        vm.assertEq(_anchors.eventCount(), 3, "count");
        _checkAllEventsCounted(_anchors);
    }

    function _anchor(uint64 size, bytes32 root, bytes32[] memory proof) private {
        vm.prank(ANCHORER);
        _anchors.anchor(LEDGER, size, root, proof);
    }

    function _expectAdminRefused(bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(ADMIN);
    }

    function _checkLatest(bytes32 ledger, uint64 size, bytes32 root, uint64 count) private view {
        (uint64 keptSize, ICheckpointAnchor.Checkpoint memory kept) = _anchors.latest(ledger);
        (, , uint64 stated, uint32 keptCount) = _anchors.ledgerOf(ledger);
        vm.assertEq(keptSize, size, "size");
        vm.assertEq(stated, size, "size of the ledger");
        vm.assertEq(kept.root, root, "root");
        vm.assertEq(keptCount, count, "count");
        vm.assertEq(kept.blockNumber, block.number, "block");
        vm.assertEq(kept.time, block.timestamp, "time");
    }

    function _checkKept(
        uint64 size,
        bytes32 root,
        uint256 blockNumber,
        uint256 time,
        uint64 previousSize
    ) private view {
        ICheckpointAnchor.Checkpoint memory kept = _anchors.checkpointAt(LEDGER, size);
        vm.assertEq(kept.root, root, "root");
        vm.assertEq(kept.blockNumber, blockNumber, "block");
        vm.assertEq(kept.time, time, "time");
        vm.assertEq(kept.previousSize, previousSize, "previous size");
    }

    /// @dev Returns 2 to 40 leaves, and a size from 1 that is smaller than their number.
    function _growth(
        uint256 seed,
        uint256 first,
        uint256 second
    ) private pure returns (bytes32[] memory leaves, uint64 m, uint64 n) {
        n = uint64(_bound(second, 2, 40));
        m = uint64(_bound(first, 1, n - 1));
        leaves = new bytes32[](n);
        for (uint256 i = 0; i < n; ++i) {
            leaves[i] = keccak256(abi.encode(seed, i));
        }
    }
}
