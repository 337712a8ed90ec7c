// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title A running count and digest over the events of one contract
/// @notice Lets a reader of the chain prove that no event was kept from it: a node may omit logs silently, but it
/// cannot omit one and still meet both values.
///
/// An event is folded in, in the order of emission, as
/// `accumulator = keccak256(accumulator ‖ keccak256(topics ‖ data))`
/// where `topics` are all topics of the log, 32 bytes each, the event signature hash first, and `data` is the data of
/// the log. The first accumulator is zero. A raw log is therefore folded as it comes, without decoding it.
///
/// Every event declared in the interfaces of this project is counted. Events inherited from OpenZeppelin (roles and
/// the transfer of the default admin) are not.
interface IEventAccumulator {
    /// @notice How many events have been folded in.
    function eventCount() external view returns (uint256);

    /// @notice The digest over all of them, zero before the first.
    function accumulator() external view returns (bytes32);
}
