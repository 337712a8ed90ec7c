// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IAccessControlDefaultAdminRules} from "@openzeppelin/contracts/access/extensions/IAccessControlDefaultAdminRules.sol";
import {CheckpointAnchor} from "../CheckpointAnchor.sol";
import {Rfc6962} from "../Rfc6962.sol";
import {ICheckpointAnchor} from "../interfaces/ICheckpointAnchor.sol";
import {IRfc6962Errors} from "../interfaces/IRfc6962Errors.sol";
import {ISignedIntents} from "../interfaces/ISignedIntents.sol";
import {ICheats} from "./ICheats.sol";
import {MerkleTree} from "./MerkleTree.sol";
import {Signing} from "./Signing.sol";

/// @title Anchors a growing tree at random, and tries to shrink it, to fork it and to anchor without the right
/// @notice Half of the checkpoints are signed and sent by somebody else.
contract AnchorHandler is Signing {
    struct Head {
        bytes32 root;
        uint64 size;
        uint64 blockNumber;
        uint64 time;
    }

    /// @dev A signed checkpoint that was sent.
    struct Sent {
        uint64 deadline;
        uint64 size;
        address anchorer;
        bytes data;
    }

    CheckpointAnchor public immutable ANCHORS;
    bytes32 private immutable LEDGER;
    bytes32 private immutable OTHER_LEDGER;
    address private immutable ADMIN;

    uint256 private _anchorerKey;
    bytes32 public accumulatorSeen;

    bytes32[] private _leaves;
    Head[] private _heads;
    Sent private _sent;

    /// @notice How often each thing was done or, where it must not succeed, refused.
    mapping(string what => uint256 times) public done;

    constructor(CheckpointAnchor anchors, bytes32 ledger, bytes32 otherLedger, address admin, uint256 anchorerKey) {
        ANCHORS = anchors;
        LEDGER = ledger;
        OTHER_LEDGER = otherLedger;
        ADMIN = admin;
        _anchorerKey = anchorerKey;
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

    function grow(uint256 entries, bool isSigned, address relayer) external counting {
        entries = _bound(entries, 1, 3);
        for (uint256 i = 0; i < entries; ++i) {
            _leaves.push(keccak256(abi.encode(_leaves.length)));
        }
        vm.roll(block.number + entries);
        vm.warp(block.timestamp + 12 * entries);
        bytes32[] memory leaves = _leaves;
        Head memory head = Head({
            root: MerkleTree.root(leaves),
            size: uint64(leaves.length),
            blockNumber: uint64(block.number),
            time: uint64(block.timestamp)
        });
        bytes32[] memory proof = MerkleTree.consistencyProof(leaves, latest().size);
        _heads.push(head);
        if (isSigned) {
            ++done["grow by signature"];
            _sent = Sent({
                deadline: head.time + 1 minutes,
                anchorer: anchorer(),
                size: head.size,
                data: _signedCall(_anchorerKey, head.size, head.root, proof, head.time + 1 minutes)
            });
            vm.prank(relayer);
            // solhint-disable-next-line avoid-low-level-calls
            (bool accepted, ) = address(ANCHORS).call(_sent.data);
            vm.assertTrue(accepted, "a signed checkpoint");
        } else {
            ++done["grow"];
            vm.prank(anchorer());
            ANCHORS.anchor(LEDGER, head.size, head.root, proof);
        }
    }

    /// @dev Sends the last signed checkpoint once more.
    function replay(address relayer) external counting {
        if (_sent.size == 0) {
            return;
        }
        bytes memory refusal;
        if (_sent.deadline < block.timestamp) {
            refusal = abi.encodeWithSelector(
                ISignedIntents.IntentExpired.selector,
                _sent.deadline,
                uint64(block.timestamp)
            );
        } else if (_sent.anchorer != anchorer()) {
            refusal = abi.encodeWithSelector(ISignedIntents.InvalidIntentSignature.selector, anchorer());
        } else {
            refusal = abi.encodeWithSelector(
                ICheckpointAnchor.CheckpointSizeNotLarger.selector,
                latest().size,
                _sent.size
            );
        }
        ++done["replay"];
        _checkRefused(relayer, _sent.data, refusal);
    }

    /// @dev Sends a checkpoint that would be good, had its signature not been made by another key.
    function forge(uint256 key) external counting {
        key = _bound(key, 1, type(uint128).max);
        if (key == _anchorerKey) {
            return;
        }
        bytes32[] memory leaves = MerkleTree.append(_leaves, keccak256("one more"));
        bytes32[] memory proof = MerkleTree.consistencyProof(leaves, latest().size);
        bytes memory data = _signedCall(
            key,
            uint64(leaves.length),
            MerkleTree.root(leaves),
            proof,
            uint64(block.timestamp)
        );
        ++done["forge"];
        _checkRefused(
            vm.addr(key),
            data,
            abi.encodeWithSelector(ISignedIntents.InvalidIntentSignature.selector, anchorer())
        );
    }

    /// @dev The anchorer tries everything else that the contract does.
    function overstep() external counting {
        address caller = anchorer();
        bytes memory refusal = abi.encodeWithSelector(
            IAccessControl.AccessControlUnauthorizedAccount.selector,
            caller,
            bytes32(0)
        );
        bytes32 other = keccak256("another ledger");
        _checkRefused(caller, abi.encodeCall(ICheckpointAnchor.openLedger, (other, other, caller)), refusal);
        _checkRefused(caller, abi.encodeCall(ICheckpointAnchor.setAnchorer, (LEDGER, caller)), refusal);
        _checkRefused(
            caller,
            abi.encodeCall(IAccessControlDefaultAdminRules.beginDefaultAdminTransfer, (caller)),
            refusal
        );
        _checkRefused(caller, abi.encodeCall(IAccessControl.grantRole, (other, caller)), refusal);
        _checkRefused(
            caller,
            abi.encodeCall(ICheckpointAnchor.anchor, (OTHER_LEDGER, 1, other, new bytes32[](0))),
            abi.encodeWithSelector(ICheckpointAnchor.NotAnchorer.selector, OTHER_LEDGER, caller)
        );
        ++done["overstep"];
    }

    function rotate(uint256 key) external counting {
        _anchorerKey = _bound(key, 1, type(uint128).max);
        ++done["rotate"];
        vm.prank(ADMIN);
        ANCHORS.setAnchorer(LEDGER, anchorer());
    }

    function shrink(uint256 size) external counting {
        Head memory head = latest();
        uint64 given = uint64(_bound(size, 0, head.size));
        bytes32 root = MerkleTree.root(MerkleTree.first(_leaves, given));
        ++done["shrink"];
        vm.expectRevert(abi.encodeWithSelector(ICheckpointAnchor.CheckpointSizeNotLarger.selector, head.size, given));
        vm.prank(anchorer());
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
        vm.prank(anchorer());
        ANCHORS.anchor(LEDGER, head.size + 1, root, proof);
    }

    function intrude(address caller) external counting {
        if (caller == anchorer()) {
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

    function anchorer() public view returns (address) {
        return vm.addr(_anchorerKey);
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

    function _checkRefused(address caller, bytes memory data, bytes memory refusal) private {
        vm.prank(caller);
        // solhint-disable-next-line avoid-low-level-calls
        (bool accepted, bytes memory answer) = address(ANCHORS).call(data);
        vm.assertFalse(accepted, "a call to refuse");
        vm.assertEq(keccak256(answer), keccak256(refusal), "its refusal");
    }

    function _signedCall(
        uint256 key,
        uint64 size,
        bytes32 root,
        bytes32[] memory proof,
        uint64 deadline
    ) private view returns (bytes memory) {
        bytes memory signature = _signFor(ANCHORS, key, _anchorHash(LEDGER, size, root, deadline));
        return abi.encodeCall(ICheckpointAnchor.anchorBySignature, (LEDGER, size, root, proof, deadline, signature));
    }
}
