// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CheckpointAnchor} from "../CheckpointAnchor.sol";
import {ICheckpointAnchor} from "../interfaces/ICheckpointAnchor.sol";
import {IRfc6962Errors} from "../interfaces/IRfc6962Errors.sol";
import {ISignedIntents} from "../interfaces/ISignedIntents.sol";
import {Fixture} from "./Fixture.sol";

/// @dev Checkpoints that the anchorer signs and anyone sends.
contract CheckpointAnchorSignedTest is Fixture {
    bytes32 private constant NEW_LEDGER = keccak256("new ledger");
    bytes32 private constant ROOT = keccak256("root");
    uint64 private constant DEADLINE = START + 1 hours;

    function testFuzz_anyone_sends_a_signed_checkpoint(address sender, uint64 size, bytes32 root) public {
        size = uint64(_bound(size, 1, type(uint64).max));
        bytes32[] memory none = new bytes32[](0);
        bytes memory signature = _signedAnchor(size, root, DEADLINE);
        vm.expectEmit(address(_anchors));
        emit ICheckpointAnchor.CheckpointAnchored(LEDGER, size, root);
        vm.prank(sender);
        _anchors.anchorBySignature(LEDGER, size, root, none, DEADLINE, signature);
        (, , uint64 kept, uint32 count) = _anchors.ledgerOf(LEDGER);
        vm.assertEq(kept, size, "size");
        vm.assertEq(count, 1, "count");
        vm.assertEq(_anchors.checkpointAt(LEDGER, size).root, root, "root");

        vm.expectRevert(abi.encodeWithSelector(ICheckpointAnchor.CheckpointSizeNotLarger.selector, size, size));
        _anchors.anchorBySignature(LEDGER, size, root, none, DEADLINE, signature);
        _checkAllEventsCounted(_anchors);
    }

    function test_a_signed_checkpoint_is_for_one_ledger_size_root_and_deadline() public {
        vm.prank(ADMIN);
        _anchors.openLedger(NEW_LEDGER, STEWARD, ANCHORER);
        bytes32[] memory none = new bytes32[](0);
        bytes memory signature = _signedAnchor(1, ROOT, DEADLINE);
        bytes memory refusal = abi.encodeWithSelector(ISignedIntents.InvalidIntentSignature.selector, ANCHORER);
        vm.expectRevert(refusal);
        _anchors.anchorBySignature(NEW_LEDGER, 1, ROOT, none, DEADLINE, signature);
        vm.expectRevert(refusal);
        _anchors.anchorBySignature(LEDGER, 2, ROOT, none, DEADLINE, signature);
        vm.expectRevert(refusal);
        _anchors.anchorBySignature(LEDGER, 1, GRANTEE, none, DEADLINE, signature);
        vm.expectRevert(refusal);
        _anchors.anchorBySignature(LEDGER, 1, ROOT, none, DEADLINE + 1, signature);
        _anchors.anchorBySignature(LEDGER, 1, ROOT, none, DEADLINE, signature);
    }

    function test_a_signature_of_the_old_anchorer_is_void() public {
        bytes memory signature = _signedAnchor(1, ROOT, DEADLINE);
        vm.prank(ADMIN);
        _anchors.setAnchorer(LEDGER, STRANGER);
        vm.expectRevert(abi.encodeWithSelector(ISignedIntents.InvalidIntentSignature.selector, STRANGER));
        _anchors.anchorBySignature(LEDGER, 1, ROOT, new bytes32[](0), DEADLINE, signature);
    }

    function test_it_does_what_the_direct_call_does() public {
        uint256 state = vm.snapshotState();
        vm.prank(ANCHORER);
        _anchors.anchor(LEDGER, 1, ROOT, new bytes32[](0));
        bytes32 expected = _anchors.accumulator();
        bytes32 kept = keccak256(abi.encode(_anchors.checkpointAt(LEDGER, 1)));
        vm.revertToState(state);
        vm.prank(STRANGER);
        _anchors.anchorBySignature(LEDGER, 1, ROOT, new bytes32[](0), DEADLINE, _signedAnchor(1, ROOT, DEADLINE));
        vm.assertEq(_anchors.accumulator(), expected, "accumulator");
        vm.assertEq(keccak256(abi.encode(_anchors.checkpointAt(LEDGER, 1))), kept, "checkpoint");
    }

    function test_the_relayer_cannot_anchor() public {
        vm.expectRevert(abi.encodeWithSelector(ICheckpointAnchor.NotAnchorer.selector, LEDGER, STRANGER));
        vm.prank(STRANGER);
        _anchors.anchor(LEDGER, 1, ROOT, new bytes32[](0));
        bytes memory own = _signFor(_anchors, OTHER_REGISTRAR_KEY, _anchorHash(LEDGER, 1, ROOT, DEADLINE));
        _checkRefused(own);
    }

    /// @dev The proof is not signed: a wrong one is refused, and the signature stays good.
    function test_the_proof_is_checked_and_may_be_sent_again() public {
        bytes memory signature = _signedAnchor(1, ROOT, DEADLINE);
        vm.expectRevert(abi.encodeWithSelector(IRfc6962Errors.InvalidConsistencyProof.selector, 0, 1));
        _anchors.anchorBySignature(LEDGER, 1, ROOT, new bytes32[](1), DEADLINE, signature);
        _anchors.anchorBySignature(LEDGER, 1, ROOT, new bytes32[](0), DEADLINE, signature);
    }

    // Domain

    function testFuzz_it_is_for_one_domain_in_all_five_fields(uint256 chainId, address other, bytes32 salt) public {
        Domain memory good = _domainOf(_anchors);
        vm.assume(chainId != good.chainId && other != good.verifyingContract && salt != good.salt);
        Domain[5] memory wrong;
        for (uint256 i = 0; i < 5; ++i) {
            wrong[i] = _domainOf(_anchors);
        }
        wrong[0].name = "Muhr ResourceRegistry";
        wrong[1].version = "2";
        wrong[2].chainId = chainId;
        wrong[3].verifyingContract = other;
        wrong[4].salt = salt;
        for (uint256 i = 0; i < 5; ++i) {
            _checkRefused(_sign(ANCHORER_KEY, _typedDigest(wrong[i], _anchorHash(LEDGER, 1, ROOT, DEADLINE))));
        }
    }

    function test_a_deployment_needs_a_salt() public {
        vm.expectRevert(abi.encodeWithSelector(ISignedIntents.SaltIsZero.selector));
        new CheckpointAnchor(ADMIN_DELAY, ADMIN, 0);
    }

    // Deadline

    function testFuzz_it_has_a_deadline_within_a_day(uint64 deadline) public {
        deadline = uint64(_bound(deadline, START - 1 days, START + 2 days));
        bytes memory refusal;
        if (deadline < START) {
            refusal = abi.encodeWithSelector(ISignedIntents.IntentExpired.selector, deadline, START);
        } else if (deadline > START + 24 hours) {
            refusal = abi.encodeWithSelector(ISignedIntents.IntentDeadlineTooFar.selector, deadline, START + 24 hours);
        }
        bytes memory signature = _signedAnchor(1, ROOT, deadline);
        if (refusal.length != 0) {
            vm.expectRevert(refusal);
        }
        _anchors.anchorBySignature(LEDGER, 1, ROOT, new bytes32[](0), deadline, signature);
    }

    function test_the_second_of_its_deadline_is_in_time_and_the_next_is_not() public {
        testFuzz_it_has_a_deadline_within_a_day(START - 1);
        testFuzz_it_has_a_deadline_within_a_day(START + 24 hours + 1);
        uint256 state = vm.snapshotState();
        testFuzz_it_has_a_deadline_within_a_day(START);
        vm.revertToState(state);
        testFuzz_it_has_a_deadline_within_a_day(START + 24 hours);
    }

    // Signature

    function test_it_has_one_form() public {
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        bytes32 digest = _typedDigest(_domainOf(_anchors), _anchorHash(LEDGER, 1, ROOT, DEADLINE));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ANCHORER_KEY, digest);
        _checkRefused(abi.encodePacked(r, bytes32(order - uint256(s)), v == 27 ? 28 : 27));
        _checkRefused(abi.encodePacked(r, s, v - 27));
        _checkRefused(abi.encodePacked(r, s, v == 27 ? 28 : 27));
        _checkRefused(abi.encodePacked(r, s, v, uint8(0)));
        _checkRefused(abi.encodePacked(r, s));
        _checkRefused(abi.encodePacked(r, uint256(s) | (uint256(v - 27) << 255)));
        _checkRefused("");
    }

    function _checkRefused(bytes memory signature) private {
        vm.expectRevert(abi.encodeWithSelector(ISignedIntents.InvalidIntentSignature.selector, ANCHORER));
        _anchors.anchorBySignature(LEDGER, 1, ROOT, new bytes32[](0), DEADLINE, signature);
    }

    function _signedAnchor(uint64 size, bytes32 root, uint64 deadline) private view returns (bytes memory) {
        return _signFor(_anchors, ANCHORER_KEY, _anchorHash(LEDGER, size, root, deadline));
    }
}
