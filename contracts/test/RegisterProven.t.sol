// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {LedgerEntries} from "../LedgerEntries.sol";
import {Rfc6962} from "../Rfc6962.sol";
import {ICheckpointAnchor} from "../interfaces/ICheckpointAnchor.sol";
import {IResourceRegistry} from "../interfaces/IResourceRegistry.sol";
import {IRfc6962Errors} from "../interfaces/IRfc6962Errors.sol";
import {IStewardRegistry} from "../interfaces/IStewardRegistry.sol";
import {Fixture} from "./Fixture.sol";
import {MerkleTree} from "./MerkleTree.sol";

/// @dev A registration whose claim was in the steward's ledger before, proven by the entry.
contract RegisterProvenTest is Fixture {
    uint64 private constant ACCEPTED_AT = 1_799_999_000;
    bytes32 private constant OTHER_LEDGER = keccak256("ledger of another steward");

    bytes32[] private _leaves;

    /// @dev Its text is that of docs/formats.md §1, written by the service.
    function test_the_entry_is_the_one_that_the_service_writes() public pure {
        bytes32 digest = 0x5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03;
        bytes memory entry = LedgerEntries.accepted(
            digest,
            0x9ef01717662780f79197694ee222784dbdd24be8563bb18e8d338fd74e1a67ca,
            0x3212b8d5ad7dfae4efd2d86c0b56f66ed26fcd79b620c56d0056aef3acacf1df,
            0x55,
            digest,
            0x71c86dd358513c7d459882f28631e4c4f722fc8fce25b95993ad4288cef0e276,
            1_795_392_393
        );
        // solhint-disable quotes
        string memory expected = string.concat(
            '{"at":1795392393,"cid":"f015512205891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",',
            '"digest":"5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03","kind":"accepted",',
            '"license":"3212b8d5ad7dfae4efd2d86c0b56f66ed26fcd79b620c56d0056aef3acacf1df",',
            '"metadata":"71c86dd358513c7d459882f28631e4c4f722fc8fce25b95993ad4288cef0e276",',
            '"steward":"9ef01717662780f79197694ee222784dbdd24be8563bb18e8d338fd74e1a67ca","v":1}'
        );
        // solhint-enable quotes
        vm.assertEq(string(entry), expected, "entry");
    }

    function testFuzz_an_anchored_entry_becomes_a_registration(uint256 seed, uint256 size, uint256 which) public {
        IResourceRegistry.Registration memory stated = _stated(DIGEST);
        IResourceRegistry.EntryProof memory proof = _anchored(stated, seed, _bound(size, 1, 30), which);
        vm.warp(START + 500);
        vm.roll(500);
        vm.expectEmit(address(_resources));
        emit IResourceRegistry.ResourceRegistered(
            DIGEST,
            STEWARD,
            REGISTRAR,
            _license,
            stated.cidCodec,
            stated.cidDigest,
            METADATA
        );
        vm.expectEmit(address(_resources));
        emit IResourceRegistry.ResourceProven(DIGEST, STEWARD, LEDGER, proof.index, 77, START + 77);
        vm.prank(REGISTRAR);
        _resources.registerProven(stated, proof);
        vm.assertEq(_resources.registration(DIGEST, STEWARD).registeredAt, START + 500, "registered at");
        vm.assertEq(_resources.checkActive(DIGEST, STEWARD), 1, "license number");
        _checkAllEventsCounted(_resources);
    }

    function test_each_member_of_the_statement_is_proven() public {
        IResourceRegistry.Registration memory stated = _stated(DIGEST);
        stated.cidCodec = 0x70;
        stated.cidDigest = keccak256("cid");
        IResourceRegistry.EntryProof memory proof = _anchored(stated, 1, 9, 4);
        IResourceRegistry.Registration memory changed = _stated(DIGEST);
        _checkNotProven(changed, proof); // codec and digest of the CID
        changed = _copy(stated);
        changed.digest = keccak256("another");
        _checkNotProven(changed, proof);
        changed = _copy(stated);
        changed.metadata = 0;
        _checkNotProven(changed, proof);
        changed = _copy(stated);
        changed.license = _licenses.defineLicense("other terms", 0, 1, 1, false);
        _checkNotProven(changed, proof);
        changed = _copy(stated);
        changed.cidDigest = keccak256("another cid");
        _checkNotProven(changed, proof);
        ++proof.at;
        _checkNotProven(stated, proof);
        --proof.at;
        vm.prank(REGISTRAR);
        _resources.registerProven(stated, proof);
    }

    function test_the_place_of_the_entry_is_proven() public {
        IResourceRegistry.Registration memory stated = _stated(DIGEST);
        IResourceRegistry.EntryProof memory proof = _anchored(stated, 1, 9, 4);
        ++proof.index;
        _checkNotProven(stated, proof);
        --proof.index;
        proof.hashes[0] = ~proof.hashes[0];
        _checkNotProven(stated, proof);
        proof.hashes[0] = ~proof.hashes[0];
        --proof.size;
        vm.expectRevert(abi.encodeWithSelector(ICheckpointAnchor.CheckpointNotAnchored.selector, LEDGER, proof.size));
        vm.prank(REGISTRAR);
        _resources.registerProven(stated, proof);
    }

    function test_only_the_ledger_that_the_steward_keeps_is_believed() public {
        vm.prank(ADMIN);
        _anchors.openLedger(OTHER_LEDGER, OTHER_STEWARD, ANCHORER);
        IResourceRegistry.Registration memory stated = _stated(DIGEST);
        IResourceRegistry.EntryProof memory proof = _anchored(stated, 1, 9, 4);
        _anchor(OTHER_LEDGER, proof.size);
        proof.ledger = OTHER_LEDGER;
        vm.expectRevert(
            abi.encodeWithSelector(IResourceRegistry.LedgerOfOtherSteward.selector, OTHER_LEDGER, OTHER_STEWARD)
        );
        vm.prank(REGISTRAR);
        _resources.registerProven(stated, proof);
        proof.ledger = keccak256("no ledger");
        vm.expectRevert(abi.encodeWithSelector(ICheckpointAnchor.LedgerNotFound.selector, proof.ledger));
        vm.prank(REGISTRAR);
        _resources.registerProven(stated, proof);
    }

    function testFuzz_the_proof_gives_no_right(address caller) public {
        vm.assume(caller != REGISTRAR);
        IResourceRegistry.Registration memory stated = _stated(DIGEST);
        IResourceRegistry.EntryProof memory proof = _anchored(stated, 1, 9, 4);
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, STEWARD, caller));
        vm.prank(caller);
        _resources.registerProven(stated, proof);
    }

    function test_an_entry_is_promoted_once() public {
        IResourceRegistry.Registration memory stated = _stated(DIGEST);
        IResourceRegistry.EntryProof memory proof = _anchored(stated, 1, 9, 4);
        vm.prank(REGISTRAR);
        _resources.registerProven(stated, proof);
        vm.expectRevert(abi.encodeWithSelector(IResourceRegistry.ResourceAlreadyRegistered.selector, DIGEST, STEWARD));
        vm.prank(REGISTRAR);
        _resources.registerProven(stated, proof);
    }

    /// @dev Anchors, at block 77, a tree of so many leaves of which one is the entry; returns where it is.
    function _anchored(
        IResourceRegistry.Registration memory stated,
        uint256 seed,
        uint256 size,
        uint256 which
    ) private returns (IResourceRegistry.EntryProof memory proof) {
        delete _leaves;
        which = _bound(which, 0, size - 1);
        for (uint256 i = 0; i < size; ++i) {
            _leaves.push(i == which ? _leaf(stated) : keccak256(abi.encode(seed, i)));
        }
        vm.roll(77);
        vm.warp(START + 77);
        _anchor(LEDGER, uint64(size));
        proof.ledger = LEDGER;
        proof.size = uint64(size);
        proof.at = ACCEPTED_AT;
        proof.index = uint64(which);
        proof.hashes = MerkleTree.inclusionProof(_leaves, which);
    }

    function _anchor(bytes32 ledger, uint64 size) private {
        bytes32 root = MerkleTree.root(_leaves);
        vm.prank(ANCHORER);
        _anchors.anchor(ledger, size, root, new bytes32[](0));
    }

    function _leaf(IResourceRegistry.Registration memory stated) private pure returns (bytes32) {
        return
            Rfc6962.leafHash(
                LedgerEntries.accepted(
                    stated.digest,
                    stated.steward,
                    stated.license,
                    stated.cidCodec,
                    stated.cidDigest,
                    stated.metadata,
                    ACCEPTED_AT
                )
            );
    }

    function _copy(
        IResourceRegistry.Registration memory stated
    ) private pure returns (IResourceRegistry.Registration memory) {
        return abi.decode(abi.encode(stated), (IResourceRegistry.Registration));
    }

    function _checkNotProven(
        IResourceRegistry.Registration memory stated,
        IResourceRegistry.EntryProof memory proof
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IRfc6962Errors.InvalidInclusionProof.selector, proof.index, proof.size));
        vm.prank(REGISTRAR);
        _resources.registerProven(stated, proof);
    }
}
