// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessControlDefaultAdminRules} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {EventAccumulator} from "./EventAccumulator.sol";
import {Rfc6962} from "./Rfc6962.sol";
import {SignedIntents} from "./SignedIntents.sol";
import {ICheckpointAnchor} from "./interfaces/ICheckpointAnchor.sol";

/// @title Anchors of ledgers
/// @notice Holds a checkpoint and an anchorer for each ledger; `Rfc6962` checks the proofs.
contract CheckpointAnchor is ICheckpointAnchor, AccessControlDefaultAdminRules, SignedIntents, EventAccumulator {
    /// @dev The first three fields share a storage slot.
    struct Ledger {
        uint64 size;
        uint64 count;
        uint64 blockNumber;
        bytes32 root;
        address anchorer;
    }

    bytes32 private constant ANCHOR_TYPEHASH = keccak256(
        "Anchor(bytes32 ledger,uint64 size,bytes32 root,uint64 deadline)"
    );

    mapping(bytes32 ledger => Ledger) private _ledgers;

    /// @notice Starts with no ledger.
    /// @param adminDelay seconds that a change of the default admin takes at least
    /// @param admin the first default admin
    /// @param salt see `SignedIntents`
    constructor(
        uint48 adminDelay,
        address admin,
        bytes32 salt
    ) AccessControlDefaultAdminRules(adminDelay, admin) SignedIntents("Muhr CheckpointAnchor", salt) {}

    /// @inheritdoc ICheckpointAnchor
    function openLedger(bytes32 ledger, address anchorer) external override onlyRole(DEFAULT_ADMIN_ROLE) {
        if (ledger == 0) {
            revert LedgerIsZero();
        }
        if (anchorer == address(0)) {
            revert AnchorerIsZero();
        }
        if (_ledgers[ledger].anchorer != address(0)) {
            revert LedgerAlreadyOpen(ledger);
        }
        _ledgers[ledger] = Ledger({
            size: 0,
            count: 0,
            blockNumber: uint64(block.number),
            root: Rfc6962.EMPTY_ROOT,
            anchorer: anchorer
        });
        emit LedgerOpened(ledger, anchorer);
        _accumulate(abi.encode(LedgerOpened.selector, ledger, anchorer));
    }

    /// @inheritdoc ICheckpointAnchor
    function setAnchorer(bytes32 ledger, address anchorer) external override onlyRole(DEFAULT_ADMIN_ROLE) {
        if (anchorer == address(0)) {
            revert AnchorerIsZero();
        }
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
        _checkDeadline(deadline);
        bytes32 structHash = keccak256(abi.encode(ANCHOR_TYPEHASH, ledger, size, root, deadline));
        _checkSignature(_openLedger(ledger).anchorer, structHash, signature);
        _anchor(ledger, size, root, proof);
    }

    /// @inheritdoc ICheckpointAnchor
    function anchorerOf(bytes32 ledger) external view override returns (address) {
        return _ledgers[ledger].anchorer;
    }

    /// @inheritdoc ICheckpointAnchor
    function latest(
        bytes32 ledger
    ) external view override returns (uint64 size, bytes32 root, uint64 count, uint64 blockNumber) {
        Ledger memory entry = _openLedger(ledger);
        return (entry.size, entry.root, entry.count, entry.blockNumber);
    }

    /// @inheritdoc ICheckpointAnchor
    function checkInclusion(
        bytes32 ledger,
        bytes32 leaf,
        uint64 index,
        bytes32[] calldata proof
    ) external view override {
        Ledger storage entry = _openLedger(ledger);
        Rfc6962.checkInclusion(leaf, index, entry.size, proof, entry.root);
    }

    function _anchor(bytes32 ledger, uint64 size, bytes32 root, bytes32[] calldata proof) private {
        Ledger storage entry = _ledgers[ledger];
        uint64 oldSize = entry.size;
        if (size <= oldSize) {
            revert CheckpointSizeNotLarger(oldSize, size);
        }
        Rfc6962.checkConsistency(oldSize, entry.root, size, root, proof);
        entry.size = size;
        ++entry.count;
        entry.blockNumber = uint64(block.number);
        entry.root = root;
        emit CheckpointAnchored(ledger, size, root);
        _accumulate(abi.encode(CheckpointAnchored.selector, ledger, size, root));
    }

    /// @dev Returns the ledger; reverts with `LedgerNotFound` if it was never opened.
    function _openLedger(bytes32 ledger) private view returns (Ledger storage entry) {
        entry = _ledgers[ledger];
        if (entry.anchorer == address(0)) {
            revert LedgerNotFound(ledger);
        }
    }
}
