// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Rfc6962} from "../../Rfc6962.sol";
import {ICheats} from "../ICheats.sol";

/// @dev The checks of the library, and those of RFC 9162 as its text has them, one step after the other.
contract ProofChecker {
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

    /// @dev RFC 9162 §2.1.3.2.
    function holdsInclusion(
        bytes32 leaf,
        uint64 index,
        uint64 size,
        bytes32[] calldata proof,
        bytes32 root
    ) external pure returns (bool) {
        if (index >= size) {
            return false;
        }
        uint64 fn = index;
        uint64 sn = size - 1;
        bytes32 r = leaf;
        for (uint256 i = 0; i < proof.length; ++i) {
            if (sn == 0) {
                return false;
            }
            if (fn & 1 == 1 || fn == sn) {
                r = _node(proof[i], r);
                while (fn & 1 == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                r = _node(r, proof[i]);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && r == root;
    }

    /// @dev RFC 9162 §2.1.4.2, for 0 < oldSize < newSize.
    function holdsConsistency(
        uint64 oldSize,
        bytes32 oldRoot,
        uint64 newSize,
        bytes32 newRoot,
        bytes32[] calldata proof
    ) external pure returns (bool) {
        if (proof.length == 0) {
            return false;
        }
        bool isPower = oldSize & (oldSize - 1) == 0;
        uint64 fn = oldSize - 1;
        uint64 sn = newSize - 1;
        while (fn & 1 == 1) {
            fn >>= 1;
            sn >>= 1;
        }
        bytes32 fr = isPower ? oldRoot : proof[0];
        bytes32 sr = fr;
        for (uint256 i = isPower ? 0 : 1; i < proof.length; ++i) {
            if (sn == 0) {
                return false;
            }
            if (fn & 1 == 1 || fn == sn) {
                fr = _node(proof[i], fr);
                sr = _node(proof[i], sr);
                while (fn & 1 == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                sr = _node(sr, proof[i]);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return fr == oldRoot && sr == newRoot && sn == 0;
    }

    function _node(bytes32 left, bytes32 right) private pure returns (bytes32) {
        return sha256(abi.encodePacked(hex"01", left, right));
    }
}

/// @dev Invariant 14: the library accepts exactly what the RFC does, whatever the hashes, in trees of at most eight
/// entries and with proofs of at most four hashes. SHA-256 may be any function here.
contract ProofChecks {
    ICheats private constant vm = ICheats(address(uint160(uint256(keccak256("hevm cheat code")))));

    uint64 private constant LARGEST = 8;

    ProofChecker private _checker;

    function setUp() public {
        _checker = new ProofChecker();
    }

    function check_inclusion_is_what_the_rfc_says(
        bytes32 leaf,
        uint64 index,
        uint64 size,
        bytes32[4] memory hashes,
        uint8 length,
        bytes32 root
    ) public view {
        vm.assume(size <= LARGEST);
        bytes32[] memory proof = _take(hashes, length);
        bool accepted = _accepts(abi.encodeCall(_checker.checkInclusion, (leaf, index, size, proof, root)));
        assert(accepted == _checker.holdsInclusion(leaf, index, size, proof, root));
    }

    function check_consistency_is_what_the_rfc_says(
        uint64 oldSize,
        bytes32 oldRoot,
        uint64 newSize,
        bytes32 newRoot,
        bytes32[4] memory hashes,
        uint8 length
    ) public view {
        vm.assume(0 < oldSize && oldSize < newSize && newSize <= LARGEST);
        bytes32[] memory proof = _take(hashes, length);
        bool accepted = _accepts(
            abi.encodeCall(_checker.checkConsistency, (oldSize, oldRoot, newSize, newRoot, proof))
        );
        assert(accepted == _checker.holdsConsistency(oldSize, oldRoot, newSize, newRoot, proof));
    }

    function _accepts(bytes memory data) private view returns (bool accepted) {
        (accepted, ) = address(_checker).staticcall(data);
    }

    /// @dev Returns the first hashes, in an array whose length is a number on each path.
    function _take(bytes32[4] memory hashes, uint8 length) private pure returns (bytes32[] memory proof) {
        vm.assume(length <= 4);
        for (uint256 n = 0; n <= 4; ++n) {
            if (length == n) {
                proof = new bytes32[](n);
                for (uint256 i = 0; i < n; ++i) {
                    proof[i] = hashes[i];
                }
            }
        }
    }
}
