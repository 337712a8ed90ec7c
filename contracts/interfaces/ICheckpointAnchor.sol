// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRfc6962Errors} from "./IRfc6962Errors.sol";

/// @title Checkpoints that cannot be taken back
/// @notice Keeps the latest size and root of each ledger, an append-only RFC 6962 tree. A checkpoint is anchored only
/// with a consistency proof from the one before, which the contract verifies: the operator of a ledger can add to its
/// history, but neither change it nor show two of them. The default admin opens ledgers and rotates their keys; it
/// cannot anchor.
interface ICheckpointAnchor is IRfc6962Errors {
    /// @notice The ledger can be anchored from here on, by this account.
    event LedgerOpened(bytes32 indexed ledger, address indexed anchorer);

    /// @notice The ledger is anchored by this account from here on.
    event AnchorerChanged(bytes32 indexed ledger, address indexed anchorer);

    /// @notice The tree of the ledger has grown to this size and root.
    event CheckpointAnchored(bytes32 indexed ledger, uint64 size, bytes32 root);

    /// @notice Zero is not the id of a ledger.
    error LedgerIsZero();

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

    /// @notice Opens a ledger, with the empty tree. Only for the default admin.
    /// @param ledger id, for example the SHA-256 of the origin of its checkpoints; not zero
    /// @param anchorer the account that anchors it
    function openLedger(bytes32 ledger, address anchorer) external;

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

    /// @notice The account that anchors a ledger, or zero.
    function anchorerOf(bytes32 ledger) external view returns (address);

    /// @notice The latest checkpoint of a ledger: its size and root, how many were anchored, and the number of the
    /// chain block of the last. Before the first it is the empty tree at the block of opening. Reverts with
    /// `LedgerNotFound` if the ledger was never opened.
    function latest(bytes32 ledger) external view returns (uint64 size, bytes32 root, uint64 count, uint64 blockNumber);

    /// @notice Returns if the leaf is in the tree of the latest checkpoint; reverts with `InvalidInclusionProof` or
    /// `LedgerNotFound` otherwise.
    /// @param leaf leaf hash of the entry, RFC 9162 §2.1.1
    /// @param index of the entry, from 0
    /// @param proof inclusion proof, RFC 9162 §2.1.3, leaf upward
    function checkInclusion(bytes32 ledger, bytes32 leaf, uint64 index, bytes32[] calldata proof) external view;
}
