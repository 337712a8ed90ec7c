// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title The two ways in which a Merkle proof can fail
/// @notice Declared apart from the library, so that every contract that checks proofs lists them in its ABI.
interface IRfc6962Errors {
    /// @notice The proof does not lead from the leaf at this index to the root of a tree of this size.
    error InvalidInclusionProof(uint64 index, uint64 size);

    /// @notice The proof does not show that the tree of the new size extends the tree of the old size.
    error InvalidConsistencyProof(uint64 oldSize, uint64 newSize);
}
