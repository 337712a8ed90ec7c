// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IEventAccumulator} from "./interfaces/IEventAccumulator.sol";

/// @title A running digest and count over the events of the contract that inherits it
/// @notice Holds both in one word; who emits an event folds it in.
abstract contract EventAccumulator is IEventAccumulator {
    uint256 private constant COUNT_MASK = type(uint48).max;

    /// @inheritdoc IEventAccumulator
    bytes32 public override accumulator;

    /// @inheritdoc IEventAccumulator
    function eventCount() external view override returns (uint256) {
        return uint256(accumulator) & COUNT_MASK;
    }

    /// @notice Folds in one event. Call it once beside each `emit`.
    /// @param topicsAndData all topics of the log, the event signature hash first, then its data. For an event of
    /// static types whose indexed arguments come first, that is `abi.encode(Event.selector, ...all arguments)`.
    function _accumulate(bytes memory topicsAndData) internal {
        bytes32 word = accumulator;
        uint256 folded = uint256(keccak256(abi.encode(word, keccak256(topicsAndData))));
        accumulator = bytes32((folded & ~COUNT_MASK) | ((uint256(word) + 1) & COUNT_MASK));
    }
}
