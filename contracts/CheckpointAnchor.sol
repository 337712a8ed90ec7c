// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Administered} from "./Administered.sol";
import {Rfc6962} from "./Rfc6962.sol";
import {SignedIntents} from "./SignedIntents.sol";
import {ICheckpointAnchor} from "./interfaces/ICheckpointAnchor.sol";

/// @title Anchors of ledgers
/// @notice Holds every checkpoint of each ledger, by its size; `Rfc6962` checks the proofs.
contract CheckpointAnchor is ICheckpointAnchor, Administered, SignedIntents {
    /// @dev Two storage slots. The anchorer shares one with the size, which every anchor reads.
    struct Ledger {
        address anchorer;
        uint64 size;
        uint32 count;
        bytes32 steward;
    }

    bytes32 private constant ANCHOR_TYPEHASH = keccak256(
        "Anchor(bytes32 ledger,uint64 size,bytes32 root,uint64 deadline)"
    );

    mapping(bytes32 ledger => Ledger) private _ledgers;
    mapping(bytes32 ledger => mapping(uint64 size => Checkpoint)) private _checkpoints;

    /// @notice Starts with no ledger.
    /// @param adminDelay see `Administered`
    /// @param admin see `Administered`
    /// @param salt see `SignedIntents`
    constructor(
        uint48 adminDelay,
        address admin,
        bytes32 salt
    ) Administered(adminDelay, admin) SignedIntents("Muhr CheckpointAnchor", salt) {}

    /// @inheritdoc ICheckpointAnchor
    function openLedger(
        bytes32 ledger,
        bytes32 steward,
        address anchorer
    ) external override onlyRole(DEFAULT_ADMIN_ROLE) {
        if (ledger == 0) {
            revert LedgerIsZero();
        }
        if (steward == 0) {
            revert LedgerWithoutSteward(ledger);
        }
        _checkAnchorer(anchorer);
        if (_ledgers[ledger].anchorer != address(0)) {
            revert LedgerAlreadyOpen(ledger);
        }
        _ledgers[ledger] = Ledger({anchorer: anchorer, size: 0, count: 0, steward: steward});
        _keep(ledger, 0, Rfc6962.EMPTY_ROOT, 0);
        emit LedgerOpened(ledger, steward, anchorer);
        _accumulate(abi.encode(LedgerOpened.selector, ledger, steward, anchorer));
    }

    /// @inheritdoc ICheckpointAnchor
    function setAnchorer(bytes32 ledger, address anchorer) external override onlyRole(DEFAULT_ADMIN_ROLE) {
        _checkAnchorer(anchorer);
        _openLedger(ledger).anchorer = anchorer;
        emit AnchorerChanged(ledger, anchorer);
        _accumulate(abi.encode(AnchorerChanged.selector, ledger, anchorer));
    }

    /// @inheritdoc ICheckpointAnchor
    function anchor(bytes32 ledger, uint64 size, bytes32 root, bytes32[] calldata proof) external override {
        if (_openLedger(ledger).anchorer != msg.sender) {
            revert NotAnchorer(ledger, msg.sender);
        }
        _anchor(ledger, size, root, proof);
    }

    /// @inheritdoc ICheckpointAnchor
    function anchorBySignature(
        bytes32 ledger,
        uint64 size,
        bytes32 root,
        bytes32[] calldata proof,
        uint64 deadline,
        bytes calldata signature
    ) external override {
        bytes32 structHash = keccak256(abi.encode(ANCHOR_TYPEHASH, ledger, size, root, deadline));
        _checkIntent(_openLedger(ledger).anchorer, deadline, structHash, signature);
        _anchor(ledger, size, root, proof);
    }

    /// @inheritdoc ICheckpointAnchor
    function ledgerOf(
        bytes32 ledger
    ) external view override returns (bytes32 steward, address anchorer, uint64 size, uint32 count) {
        Ledger storage kept = _openLedger(ledger);
        return (kept.steward, kept.anchorer, kept.size, kept.count);
    }

    /// @inheritdoc ICheckpointAnchor
    function latest(bytes32 ledger) external view override returns (uint64 size, Checkpoint memory checkpoint) {
        size = _openLedger(ledger).size;
        checkpoint = _checkpoints[ledger][size];
    }

    /// @inheritdoc ICheckpointAnchor
    function checkpointAt(bytes32 ledger, uint64 size) external view override returns (Checkpoint memory) {
        return _checkpointAt(ledger, size);
    }

    /// @inheritdoc ICheckpointAnchor
    function verifyInclusion(
        bytes32 ledger,
        uint64 size,
        bytes32 leaf,
        uint64 index,
        bytes32[] calldata proof
    ) external view override returns (uint64 blockNumber, uint64 time) {
        Checkpoint storage kept = _checkpointAt(ledger, size);
        Rfc6962.checkInclusion(leaf, index, size, proof, kept.root);
        return (kept.blockNumber, kept.time);
    }

    function _anchor(bytes32 ledger, uint64 size, bytes32 root, bytes32[] calldata proof) private {
        Ledger storage kept = _ledgers[ledger];
        uint64 oldSize = kept.size;
        if (size <= oldSize) {
            revert CheckpointSizeNotLarger(oldSize, size);
        }
        Rfc6962.checkConsistency(oldSize, _checkpoints[ledger][oldSize].root, size, root, proof);
        kept.size = size;
        ++kept.count;
        _keep(ledger, size, root, oldSize);
        emit CheckpointAnchored(ledger, size, root);
        _accumulate(abi.encode(CheckpointAnchored.selector, ledger, size, root));
    }

    function _keep(bytes32 ledger, uint64 size, bytes32 root, uint64 previousSize) private {
        _checkpoints[ledger][size] = Checkpoint({
            root: root,
            blockNumber: uint64(block.number),
            time: uint64(block.timestamp),
            previousSize: previousSize
        });
    }

    /// @dev Returns the ledger; reverts with `LedgerNotFound` if it was never opened.
    function _openLedger(bytes32 ledger) private view returns (Ledger storage kept) {
        kept = _ledgers[ledger];
        if (kept.anchorer == address(0)) {
            revert LedgerNotFound(ledger);
        }
    }

    /// @dev Returns the checkpoint; no block that anchors has the time zero.
    function _checkpointAt(bytes32 ledger, uint64 size) private view returns (Checkpoint storage kept) {
        kept = _checkpoints[ledger][size];
        if (kept.time == 0) {
            revert CheckpointNotAnchored(ledger, size);
        }
    }

    function _checkAnchorer(address anchorer) private pure {
        if (anchorer == address(0)) {
            revert AnchorerIsZero();
        }
    }
}
