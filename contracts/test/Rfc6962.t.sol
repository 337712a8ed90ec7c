// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Rfc6962} from "../Rfc6962.sol";
import {IRfc6962Errors} from "../interfaces/IRfc6962Errors.sol";
import {MerkleTree} from "./MerkleTree.sol";
import {Test} from "./Test.sol";
import {Vectors} from "./Vectors.sol";

/// @dev Makes the library callable, so that its reverts can be seen.
contract Rfc6962Caller {
    function leafHash(bytes memory entry) external pure returns (bytes32) {
        return Rfc6962.leafHash(entry);
    }

    function nodeHash(bytes32 left, bytes32 right) external view returns (bytes32) {
        return Rfc6962.nodeHash(left, right);
    }

    function checkInclusion(
        bytes32 leaf,
        uint64 index,
        uint64 size,
        bytes32[] calldata proof,
        bytes32 root
    ) external view {
        Rfc6962.checkInclusion(leaf, index, size, proof, root);
    }

    function checkConsistency(
        uint64 oldSize,
        bytes32 oldRoot,
        uint64 newSize,
        bytes32 newRoot,
        bytes32[] calldata proof
    ) external view {
        Rfc6962.checkConsistency(oldSize, oldRoot, newSize, newRoot, proof);
    }
}

contract Rfc6962Test is Test {
    Rfc6962Caller private _rfc = new Rfc6962Caller();

    // The vectors, made by an implementation that is not ours.

    function test_the_tree_of_certificate_transparency_has_its_published_roots() public view {
        string memory json = Vectors.read("tree.json");
        string[] memory entries = vm.parseJsonStringArray(json, ".entry");
        bytes32[] memory leaves = vm.parseJsonBytes32Array(json, ".leaf");
        bytes32[] memory roots = vm.parseJsonBytes32Array(json, ".root");
        vm.assertEq(entries.length, 8, "entries");
        vm.assertEq(roots[0], Rfc6962.EMPTY_ROOT, "empty root");
        vm.assertEq(roots[8], 0x5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328, "published root");
        for (uint256 i = 0; i < entries.length; ++i) {
            bytes memory entry = vm.parseBytes(string.concat("0x", entries[i]));
            vm.assertEq(_rfc.leafHash(entry), leaves[i], "leaf");
            vm.assertEq(MerkleTree.root(MerkleTree.first(leaves, i + 1)), roots[i + 1], "root");
        }
        vm.assertEq(_rfc.nodeHash(leaves[0], leaves[1]), roots[2], "node");
    }

    function test_inclusion_vectors() public {
        Vectors.Inclusions memory cases = Vectors.inclusions();
        vm.assertEq(cases.proofs.length, cases.valid.length, "cases");
        vm.assertGt(cases.valid.length, 400, "cases");
        for (uint256 i = 0; i < cases.valid.length; ++i) {
            uint64 index = uint64(cases.indexes[i]);
            uint64 size = uint64(cases.sizes[i]);
            if (!cases.valid[i]) {
                _expectInvalidInclusion(index, size);
            }
            _rfc.checkInclusion(cases.leaves[i], index, size, cases.proofs[i], cases.roots[i]);
        }
    }

    function test_consistency_vectors() public {
        Vectors.Consistencies memory cases = Vectors.consistencies();
        vm.assertEq(cases.proofs.length, cases.valid.length, "cases");
        vm.assertGt(cases.valid.length, 300, "cases");
        for (uint256 i = 0; i < cases.valid.length; ++i) {
            uint64 m = uint64(cases.oldSizes[i]);
            uint64 n = uint64(cases.newSizes[i]);
            if (!cases.valid[i]) {
                _expectInvalidConsistency(m, n);
            }
            _rfc.checkConsistency(m, cases.oldRoots[i], n, cases.newRoots[i], cases.proofs[i]);
        }
    }

    // Properties.

    function testFuzz_a_node_is_the_digest_of_its_prefix_and_children(bytes32 left, bytes32 right) public view {
        vm.assertEq(_rfc.nodeHash(left, right), sha256(abi.encodePacked(hex"01", left, right)), "node");
    }

    function testFuzz_a_leaf_is_the_digest_of_its_prefix_and_entry(bytes memory entry) public view {
        vm.assertEq(_rfc.leafHash(entry), sha256(abi.encodePacked(hex"00", entry)), "leaf");
    }

    function testFuzz_an_inclusion_proof_made_is_a_proof_checked(uint256 seed, uint256 size, uint256 index) public {
        (bytes32[] memory leaves, uint64 m) = _leavesAndIndex(seed, size, index);
        uint64 n = uint64(leaves.length);
        bytes32 root = MerkleTree.root(leaves);
        bytes32[] memory proof = MerkleTree.inclusionProof(leaves, m);
        _rfc.checkInclusion(leaves[m], m, n, proof, root);

        _expectInvalidInclusion(m, n);
        _rfc.checkInclusion(leaves[m], m, n, MerkleTree.append(proof, root), root);
        _expectInvalidInclusion(m, n);
        _rfc.checkInclusion(leaves[m], m, n, proof, _flip(root, seed));
        _expectInvalidInclusion(m, n);
        _rfc.checkInclusion(_flip(leaves[m], seed), m, n, proof, root);
        if (proof.length > 0) {
            _expectInvalidInclusion(m, n);
            _rfc.checkInclusion(leaves[m], m, n, MerkleTree.first(proof, proof.length - 1), root);
            proof[seed % proof.length] = _flip(proof[seed % proof.length], seed);
            _expectInvalidInclusion(m, n);
            _rfc.checkInclusion(leaves[m], m, n, proof, root);
        }
    }

    function testFuzz_an_index_not_below_the_size_is_refused(uint64 index, uint64 size, bytes32 root) public {
        size = uint64(_bound(size, 0, index));
        _expectInvalidInclusion(index, size);
        _rfc.checkInclusion(root, index, size, new bytes32[](0), root);
    }

    function testFuzz_a_consistency_proof_made_is_a_proof_checked(uint256 seed, uint256 size, uint256 older) public {
        (bytes32[] memory leaves, uint64 m) = _leavesAndIndex(seed, size, older);
        uint64 n = uint64(leaves.length);
        bytes32 newRoot = MerkleTree.root(leaves);
        bytes32 oldRoot = MerkleTree.root(MerkleTree.first(leaves, m));
        bytes32[] memory proof = MerkleTree.consistencyProof(leaves, m);
        _rfc.checkConsistency(m, oldRoot, n, newRoot, proof);
        _rfc.checkConsistency(n, newRoot, n, newRoot, new bytes32[](0));

        _expectInvalidConsistency(m, n);
        _rfc.checkConsistency(m, oldRoot, n, newRoot, MerkleTree.append(proof, newRoot));
        _expectInvalidConsistency(m, n);
        _rfc.checkConsistency(m, _flip(oldRoot, seed), n, newRoot, proof);
        if (proof.length > 0) {
            _expectInvalidConsistency(m, n);
            _rfc.checkConsistency(m, oldRoot, n, _flip(newRoot, seed), proof);
            _expectInvalidConsistency(m, n);
            _rfc.checkConsistency(m, oldRoot, n, newRoot, MerkleTree.first(proof, proof.length - 1));
            proof[seed % proof.length] = _flip(proof[seed % proof.length], seed);
            _expectInvalidConsistency(m, n);
            _rfc.checkConsistency(m, oldRoot, n, newRoot, proof);
        }
    }

    function testFuzz_a_tree_that_changes_an_old_entry_is_refused(uint256 seed, uint256 size, uint256 older) public {
        (bytes32[] memory leaves, uint64 m) = _leavesAndIndex(seed, size, older);
        vm.assume(m > 0);
        bytes32 oldRoot = MerkleTree.root(MerkleTree.first(leaves, m));
        leaves[seed % m] = _flip(leaves[seed % m], seed);
        uint64 n = uint64(leaves.length);
        bytes32[] memory proof = MerkleTree.consistencyProof(leaves, m);
        bytes32 newRoot = MerkleTree.root(leaves);
        _expectInvalidConsistency(m, n);
        _rfc.checkConsistency(m, oldRoot, n, newRoot, proof);
    }

    function testFuzz_a_smaller_tree_extends_no_larger_one(uint64 oldSize, uint64 newSize, bytes32 root) public {
        oldSize = uint64(_bound(oldSize, 1, type(uint64).max));
        newSize = uint64(_bound(newSize, 0, oldSize - 1));
        _expectInvalidConsistency(oldSize, newSize);
        _rfc.checkConsistency(oldSize, root, newSize, root, new bytes32[](0));
    }

    function testFuzz_random_hashes_prove_nothing(
        uint64 oldSize,
        uint64 newSize,
        bytes32 oldRoot,
        bytes32 newRoot,
        bytes32[] memory proof
    ) public {
        oldSize = uint64(_bound(oldSize, 1, type(uint64).max - 1));
        newSize = uint64(_bound(newSize, oldSize + 1, type(uint64).max));
        _expectInvalidConsistency(oldSize, newSize);
        _rfc.checkConsistency(oldSize, oldRoot, newSize, newRoot, proof);
        _expectInvalidInclusion(oldSize, newSize);
        _rfc.checkInclusion(oldRoot, oldSize, newSize, proof, newRoot);
    }

    function _expectInvalidInclusion(uint256 index, uint256 size) private {
        vm.expectRevert(abi.encodeWithSelector(IRfc6962Errors.InvalidInclusionProof.selector, index, size));
    }

    function _expectInvalidConsistency(uint256 oldSize, uint256 newSize) private {
        vm.expectRevert(abi.encodeWithSelector(IRfc6962Errors.InvalidConsistencyProof.selector, oldSize, newSize));
    }

    /// @dev Returns 1 to 40 leaves and a number below theirs.
    function _leavesAndIndex(
        uint256 seed,
        uint256 size,
        uint256 index
    ) private pure returns (bytes32[] memory leaves, uint64 m) {
        leaves = new bytes32[](_bound(size, 1, 40));
        for (uint256 i = 0; i < leaves.length; ++i) {
            leaves[i] = keccak256(abi.encode(seed, i));
        }
        m = uint64(_bound(index, 0, leaves.length - 1));
    }

    function _flip(bytes32 node, uint256 seed) private pure returns (bytes32) {
        return node ^ bytes32(1 << (seed % 256));
    }
}
