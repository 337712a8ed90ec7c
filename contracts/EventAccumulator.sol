// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IEventAccumulator} from "./interfaces/IEventAccumulator.sol";

/// @title A running count and digest over the events of the contract that inherits it
/// @notice Holds the two values; who emits an event folds it in.
abstract contract EventAccumulator is IEventAccumulator {
    /// @inheritdoc IEventAccumulator
    uint256 public override eventCount;

    /// @inheritdoc IEventAccumulator
    bytes32 public override accumulator;

    /// @notice Folds in one event. Call it once beside each `emit`.
    /// @param topicsAndData all topics of the log, the event signature hash first, then its data. For an event of
    /// static types whose indexed arguments come first, that is `abi.encode(Event.selector, ...all arguments)`.
    function _accumulate(bytes memory topicsAndData) internal {
        accumulator = keccak256(abi.encodePacked(accumulator, keccak256(topicsAndData)));
        unchecked {
            ++eventCount;
        }
    }
}
