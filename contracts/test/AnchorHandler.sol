// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CheckpointAnchor} from "../CheckpointAnchor.sol";
import {Rfc6962} from "../Rfc6962.sol";
import {ICheckpointAnchor} from "../interfaces/ICheckpointAnchor.sol";
import {IRfc6962Errors} from "../interfaces/IRfc6962Errors.sol";
import {ICheats} from "./ICheats.sol";
import {MerkleTree} from "./MerkleTree.sol";
import {Test} from "./Test.sol";

/// @title Anchors a growing tree at random, and tries to shrink it, to fork it and to anchor without the right
contract AnchorHandler is Test {
    struct Head {
        bytes32 root;
        uint64 size;
        uint64 blockNumber;
        uint64 time;
    }

    CheckpointAnchor public immutable ANCHORS;
    bytes32 private immutable LEDGER;
    address private immutable ADMIN;

    address public anchorer;
    bytes32 public accumulatorSeen;

    bytes32[] private _leaves;
    Head[] private _heads;

    /// @notice How often each thing was done or, for the last three, refused.
    mapping(string what => uint256 times) public done;

    constructor(CheckpointAnchor anchors, bytes32 ledger, address admin, address firstAnchorer) {
        ANCHORS = anchors;
        LEDGER = ledger;
        ADMIN = admin;
        anchorer = firstAnchorer;
        accumulatorSeen = anchors.accumulator();
        _heads.push(
            Head({size: 0, root: Rfc6962.EMPTY_ROOT, blockNumber: uint64(block.number), time: uint64(block.timestamp)})
        );
    }

    modifier counting() {
        vm.recordLogs();
        _;
        ICheats.Log[] memory logs = vm.getRecordedLogs();
        accumulatorSeen = _fold(accumulatorSeen, logs, address(ANCHORS));
    }

    function grow(uint256 entries) external counting {
        entries = _bound(entries, 1, 3);
        for (uint256 i = 0; i < entries; ++i) {
            _leaves.push(keccak256(abi.encode(_leaves.length)));
        }
        vm.roll(block.number + entries);
        vm.warp(block.timestamp + 12 * entries);
        bytes32[] memory leaves = _leaves;
        Head memory head = Head({
            size: uint64(leaves.length),
            root: MerkleTree.root(leaves),
            blockNumber: uint64(block.number),
            time: uint64(block.timestamp)
        });
        bytes32[] memory proof = MerkleTree.consistencyProof(leaves, latest().size);
        _heads.push(head);
        ++done["grow"];
        vm.prank(anchorer);
        ANCHORS.anchor(LEDGER, head.size, head.root, proof);
    }

    function rotate(uint256 key) external counting {
        anchorer = vm.addr(_bound(key, 1, type(uint128).max));
        ++done["rotate"];
        vm.prank(ADMIN);
        ANCHORS.setAnchorer(LEDGER, anchorer);
    }

    function shrink(uint256 size) external counting {
        Head memory head = latest();
        uint64 given = uint64(_bound(size, 0, head.size));
        bytes32 root = MerkleTree.root(MerkleTree.first(_leaves, given));
        ++done["shrink"];
        vm.expectRevert(abi.encodeWithSelector(ICheckpointAnchor.CheckpointSizeNotLarger.selector, head.size, given));
        vm.prank(anchorer);
        ANCHORS.anchor(LEDGER, given, root, new bytes32[](0));
    }

    /// @dev Changes one old entry, appends one, and proves it as well as can be.
    function fork(uint256 which) external counting {
        Head memory head = latest();
        if (head.size == 0) {
            return;
        }
        bytes32[] memory leaves = MerkleTree.append(_leaves, keccak256("one more"));
        which = _bound(which, 0, head.size - 1);
        leaves[which] = ~leaves[which];
        bytes32[] memory proof = MerkleTree.consistencyProof(leaves, head.size);
        bytes32 root = MerkleTree.root(leaves);
        ++done["fork"];
        vm.expectRevert(
            abi.encodeWithSelector(IRfc6962Errors.InvalidConsistencyProof.selector, head.size, head.size + 1)
        );
        vm.prank(anchorer);
        ANCHORS.anchor(LEDGER, head.size + 1, root, proof);
    }

    function intrude(address caller) external counting {
        if (caller == anchorer) {
            return;
        }
        ++done["intrude"];
        vm.expectRevert(abi.encodeWithSelector(ICheckpointAnchor.NotAnchorer.selector, LEDGER, caller));
        vm.prank(caller);
        ANCHORS.anchor(LEDGER, latest().size + 1, keccak256("root"), new bytes32[](0));
    }

    /// @dev Returns an entry and its proof in the tree of an earlier head.
    function entryOf(
        uint64 size,
        uint256 which
    ) external view returns (bytes32 leaf, uint64 index, bytes32[] memory proof) {
        bytes32[] memory leaves = MerkleTree.first(_leaves, size);
        index = uint64(which % size);
        return (leaves[index], index, MerkleTree.inclusionProof(leaves, index));
    }

    function latest() public view returns (Head memory) {
        return _heads[_heads.length - 1];
    }

    function heads() external view returns (Head[] memory) {
        return _heads;
    }

    function rootOf(uint64 size) external view returns (bytes32) {
        return MerkleTree.root(MerkleTree.first(_leaves, size));
    }
}
