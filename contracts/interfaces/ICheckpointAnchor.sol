// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRfc6962Errors} from "./IRfc6962Errors.sol";

/// @title Checkpoints that cannot be taken back
/// @notice Keeps the size and root of every checkpoint of each ledger, an append-only RFC 6962 tree. A checkpoint is
/// anchored only with a consistency proof from the one before, which the contract verifies: the operator of a ledger
/// can add to its history, but neither change it nor show two of them. The default admin opens ledgers, says which
/// steward keeps each, and rotates their keys; it cannot anchor.
interface ICheckpointAnchor is IRfc6962Errors {
    /// @notice What is kept of a checkpoint.
    /// @param root root hash of the tree
    /// @param blockNumber of the block that anchored it
    /// @param time of that block, in seconds
    /// @param previousSize size of the checkpoint anchored before, so that all can be walked from the latest
    struct Checkpoint {
        bytes32 root;
        uint64 blockNumber;
        uint64 time;
        uint64 previousSize;
    }

    /// @notice The steward keeps the ledger, which can be anchored from here on, by this account.
    event LedgerOpened(bytes32 indexed ledger, bytes32 indexed steward, address anchorer);

    /// @notice The ledger is anchored by this account from here on.
    event AnchorerChanged(bytes32 indexed ledger, address indexed anchorer);

    /// @notice The tree of the ledger has grown to this size and root.
    event CheckpointAnchored(bytes32 indexed ledger, uint64 size, bytes32 root);

    /// @notice Zero is not the id of a ledger.
    error LedgerIsZero();

    /// @notice A ledger is kept by a steward, and zero is not one.
    error LedgerWithoutSteward(bytes32 ledger);

    /// @notice The zero address does not anchor.
    error AnchorerIsZero();

    /// @notice The ledger was opened before.
    error LedgerAlreadyOpen(bytes32 ledger);

    /// @notice The ledger was never opened.
    error LedgerNotFound(bytes32 ledger);

    /// @notice The ledger is anchored by another account.
    error NotAnchorer(bytes32 ledger, address account);

    /// @notice A checkpoint must be larger than the latest one.
    error CheckpointSizeNotLarger(uint64 latest, uint64 given);

    /// @notice The ledger has no checkpoint of this size on chain.
    error CheckpointNotAnchored(bytes32 ledger, uint64 size);

    /// @notice Opens a ledger, with the empty tree. Only for the default admin.
    /// @param ledger id, for example the SHA-256 of the origin of its checkpoints; not zero
    /// @param steward id of the institution that keeps it, for ever; not zero
    /// @param anchorer the account that anchors it
    function openLedger(bytes32 ledger, bytes32 steward, address anchorer) external;

    /// @notice Gives a ledger another anchorer; the old one is refused from this block on. Only for the default admin.
    function setAnchorer(bytes32 ledger, address anchorer) external;

    /// @notice Anchors a checkpoint of a ledger whose anchorer the caller is.
    /// @param size number of entries, larger than the latest
    /// @param root root hash of the tree of that size
    /// @param proof consistency proof from the latest size, RFC 9162 §2.1.4; empty for the first checkpoint
    function anchor(bytes32 ledger, uint64 size, bytes32 root, bytes32[] calldata proof) external;

    /// @notice Anchors a checkpoint as the anchorer of the ledger signed it. Anyone may send it. There is no nonce,
    /// since the size only grows.
    ///
    /// Signed: `Anchor(bytes32 ledger,uint64 size,bytes32 root,uint64 deadline)`.
    function anchorBySignature(
        bytes32 ledger,
        uint64 size,
        bytes32 root,
        bytes32[] calldata proof,
        uint64 deadline,
        bytes calldata signature
    ) external;

    /// @notice Who keeps and who anchors a ledger, the size of its latest checkpoint, and how many were anchored. Reverts
    /// with `LedgerNotFound` if the ledger was never opened.
    function ledgerOf(
        bytes32 ledger
    ) external view returns (bytes32 steward, address anchorer, uint64 size, uint32 count);

    /// @notice The latest checkpoint of a ledger. Before the first it is the empty tree at the block of opening. Reverts
    /// with `LedgerNotFound` if the ledger was never opened.
    function latest(bytes32 ledger) external view returns (uint64 size, Checkpoint memory checkpoint);

    /// @notice The checkpoint of this size; reverts with `CheckpointNotAnchored` if there is none.
    function checkpointAt(bytes32 ledger, uint64 size) external view returns (Checkpoint memory);

    /// @notice Returns when the checkpoint of this size was anchored if the leaf is in its tree; reverts with
    /// `InvalidInclusionProof` or `CheckpointNotAnchored` otherwise. For other contracts to rely on.
    /// @param size of an anchored checkpoint
    /// @param leaf leaf hash of the entry, RFC 9162 §2.1.1
    /// @param index of the entry, from 0
    /// @param proof inclusion proof, RFC 9162 §2.1.3, leaf upward
    /// @return blockNumber of the block that anchored it
    /// @return time of that block, in seconds
    function verifyInclusion(
        bytes32 ledger,
        uint64 size,
        bytes32 leaf,
        uint64 index,
        bytes32[] calldata proof
    ) external view returns (uint64 blockNumber, uint64 time);
}
