// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title The recursive definitions of RFC 9162 §2.1, word for word and slow
/// @notice Makes roots and proofs for the tests. Shares nothing with the library under test.
library MerkleTree {
    /// @dev MTH(D_n), §2.1.1.
    function root(bytes32[] memory leaves) internal pure returns (bytes32) {
        return _root(leaves, 0, leaves.length);
    }

    /// @dev PATH(m, D_n), §2.1.3.1.
    function inclusionProof(bytes32[] memory leaves, uint256 index) internal pure returns (bytes32[] memory) {
        return _path(leaves, 0, leaves.length, index);
    }

    /// @dev PROOF(m, D_n), §2.1.4.1; empty for an empty old tree and for trees of equal size.
    function consistencyProof(bytes32[] memory leaves, uint256 oldSize) internal pure returns (bytes32[] memory) {
        if (oldSize == 0) {
            return new bytes32[](0);
        }
        return _subproof(leaves, 0, leaves.length, oldSize, true);
    }

    /// @dev Returns the leaves of the tree of an older size.
    function first(bytes32[] memory leaves, uint256 size) internal pure returns (bytes32[] memory older) {
        older = new bytes32[](size);
        for (uint256 i = 0; i < size; ++i) {
            older[i] = leaves[i];
        }
    }

    /// @dev Returns a proof with one more hash at its end.
    function append(bytes32[] memory proof, bytes32 node) internal pure returns (bytes32[] memory longer) {
        longer = new bytes32[](proof.length + 1);
        for (uint256 i = 0; i < proof.length; ++i) {
            longer[i] = proof[i];
        }
        longer[proof.length] = node;
    }

    function _root(bytes32[] memory leaves, uint256 start, uint256 end) private pure returns (bytes32) {
        if (start == end) {
            return sha256("");
        }
        if (end - start == 1) {
            return leaves[start];
        }
        uint256 middle = start + _split(end - start);
        return sha256(abi.encodePacked(uint8(1), _root(leaves, start, middle), _root(leaves, middle, end)));
    }

    function _path(
        bytes32[] memory leaves,
        uint256 start,
        uint256 end,
        uint256 index
    ) private pure returns (bytes32[] memory) {
        if (end - start == 1) {
            return new bytes32[](0);
        }
        uint256 k = _split(end - start);
        if (index < k) {
            return append(_path(leaves, start, start + k, index), _root(leaves, start + k, end));
        }
        return append(_path(leaves, start + k, end, index - k), _root(leaves, start, start + k));
    }

    function _subproof(
        bytes32[] memory leaves,
        uint256 start,
        uint256 end,
        uint256 oldSize,
        bool whole
    ) private pure returns (bytes32[] memory) {
        if (oldSize == end - start) {
            return whole ? new bytes32[](0) : append(new bytes32[](0), _root(leaves, start, end));
        }
        uint256 k = _split(end - start);
        if (oldSize <= k) {
            return append(_subproof(leaves, start, start + k, oldSize, whole), _root(leaves, start + k, end));
        }
        return append(_subproof(leaves, start + k, end, oldSize - k, false), _root(leaves, start, start + k));
    }

    /// @dev The largest power of two below n.
    function _split(uint256 n) private pure returns (uint256 k) {
        k = 1;
        while (k * 2 < n) {
            k *= 2;
        }
    }
}
