// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRfc6962Errors} from "./interfaces/IRfc6962Errors.sol";

/// @title Merkle tree hashing and proof checks of RFC 6962, as restated in RFC 9162 §2.1, with SHA-256
/// @notice A check returns nothing and reverts if the proof does not hold, so that no caller can ignore the answer.
/// Sources: RFC 9162 §2.1.1, §2.1.3.2 and §2.1.4.2; tests/vectors/rfc6962.
library Rfc6962 {
    /// @dev SHA-256 of no bytes, the root of the tree with no entries.
    bytes32 internal constant EMPTY_ROOT = 0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855;

    /// @dev Returns the hash of an inner node, SHA-256(0x01 ‖ left ‖ right).
    ///
    /// Assembly, because `sha256(abi.encodePacked(...))` costs two and a half times as much on each level of a proof.
    /// The 65 bytes are laid out after the free memory pointer, which is not moved.
    function nodeHash(bytes32 left, bytes32 right) internal view returns (bytes32 node) {
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore8(input, 0x01)
            mstore(add(input, 0x01), left)
            mstore(add(input, 0x21), right)
            // The precompile fails for want of gas, and where no more calls can be made inside each other.
            if iszero(staticcall(gas(), 0x02, input, 0x41, 0x00, 0x20)) {
                revert(0x00, 0x00)
            }
            node := mload(0x00)
        }
    }

    /// @notice Returns if the leaf is the one at `index` in the tree of this size and root; reverts with
    /// `InvalidInclusionProof` otherwise. It accepts exactly what RFC 9162 §2.1.3.2 does, but takes the two parts of the
    /// way one after the other, so that a level needs one comparison less.
    /// @param proof hashes from the leaf upward; one too many or too few fails
    function checkInclusion(
        bytes32 leaf,
        uint64 index,
        uint64 size,
        bytes32[] calldata proof,
        bytes32 root
    ) internal view {
        if (index >= size) {
            revert IRfc6962Errors.InvalidInclusionProof(index, size);
        }
        uint256 fn = index;
        uint256 i = 0;
        bytes32 r = leaf;
        unchecked {
            // Below the node where the ways to the leaf and to the last leaf part, every level has a sibling.
            for (uint256 parting = index ^ (size - 1); parting != 0; parting >>= 1) {
                r = fn & 1 == 0 ? nodeHash(r, _at(proof, i)) : nodeHash(_at(proof, i), r);
                fn >>= 1;
                ++i;
            }
            // From there on the way is along the right edge, where siblings are on the left only.
            for (; fn != 0; fn >>= 1) {
                if (fn & 1 == 1) {
                    r = nodeHash(_at(proof, i), r);
                    ++i;
                }
            }
        }
        if (i != proof.length || r != root) {
            revert IRfc6962Errors.InvalidInclusionProof(index, size);
        }
    }

    /// @notice Returns if the tree of the new size and root begins with all entries of the tree of the old size and root;
    /// reverts with `InvalidConsistencyProof` otherwise. Source: RFC 9162 §2.1.4.2, whose names and step numbers these
    /// are. It leaves two cases out: trees of equal size, which need an empty proof and equal roots, and the empty old
    /// tree, which every tree extends and which needs an empty proof.
    /// @param proof one too many or too few hashes fail
    function checkConsistency(
        uint64 oldSize,
        bytes32 oldRoot,
        uint64 newSize,
        bytes32 newRoot,
        bytes32[] calldata proof
    ) internal view {
        if (oldSize == 0 || oldSize >= newSize) {
            bool holds =
                proof.length == 0 && (oldSize == newSize ? oldRoot == newRoot : oldSize == 0 && oldRoot == EMPTY_ROOT);
            if (!holds) {
                revert IRfc6962Errors.InvalidConsistencyProof(oldSize, newSize);
            }
            return;
        }
        (bytes32 fr, bytes32 sr, bool ended) = _foldConsistency(oldSize, oldRoot, newSize, proof);
        // 7.
        if (!ended || fr != oldRoot || sr != newRoot) {
            revert IRfc6962Errors.InvalidConsistencyProof(oldSize, newSize);
        }
    }

    /// @dev Returns the hash of a leaf, SHA-256(0x00 ‖ entry).
    function leafHash(bytes memory entry) internal pure returns (bytes32) {
        return sha256(bytes.concat(hex"00", entry));
    }

    /// @dev Steps 1 to 6 for 0 < oldSize < newSize. Returns both computed roots, and whether the proof had exactly
    /// the hashes that it takes.
    function _foldConsistency(
        uint64 oldSize,
        bytes32 oldRoot,
        uint64 newSize,
        bytes32[] calldata proof
    ) private view returns (bytes32 fr, bytes32 sr, bool ended) {
        // 1.
        if (proof.length == 0) {
            return (0, 0, false);
        }
        // 3., 4.
        uint256 fn = oldSize - 1;
        uint256 sn = newSize - 1;
        while (fn & 1 == 1) {
            fn >>= 1;
            sn >>= 1;
        }
        // 2., 5. The old root stands in front of the proof if the old size is a power of two.
        uint256 i = oldSize & (oldSize - 1) == 0 ? 0 : 1;
        fr = i == 0 ? oldRoot : proof[0];
        sr = fr;
        // 6. fn never exceeds sn, so that sn can be zero in the third case only.
        unchecked {
            for (; i < proof.length; ++i) {
                bytes32 c = _at(proof, i);
                if (fn & 1 == 1) {
                    fr = nodeHash(c, fr);
                    sr = nodeHash(c, sr);
                } else if (fn != sn) {
                    sr = nodeHash(sr, c);
                } else if (sn == 0) {
                    return (fr, sr, false);
                } else {
                    fr = nodeHash(c, fr);
                    sr = nodeHash(c, sr);
                    do {
                        fn >>= 1;
                        sn >>= 1;
                    } while (fn & 1 == 0);
                }
                fn >>= 1;
                sn >>= 1;
            }
        }
        ended = sn == 0;
    }

    /// @dev Returns a hash of the proof. Past its end it returns what stands there: who reads on must compare the length.
    function _at(bytes32[] calldata proof, uint256 i) private pure returns (bytes32 value) {
        assembly ("memory-safe") {
            value := calldataload(add(proof.offset, shl(5, i)))
        }
    }
}
