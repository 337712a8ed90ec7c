// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Many calls of a contract at once, and what became of each
/// @notice For `eth_call`, where nothing that a call changes is kept.
contract Probe {
    /// @param succeeded false if the call reverted
    /// @param gas what the call cost, with the first access to the called account
    /// @param data what it returned, or reverted with
    struct Answer {
        bool succeeded;
        uint256 gas;
        bytes data;
    }

    /// @notice Makes the calls, one after the other.
    /// @return time of the block that they saw, in seconds
    /// @return answers in their order
    function ask(address target, bytes[] calldata calls) external returns (uint256 time, Answer[] memory answers) {
        time = block.timestamp;
        answers = new Answer[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            bytes memory data = calls[i];
            uint256 gas = gasleft();
            // solhint-disable-next-line avoid-low-level-calls
            (bool succeeded, bytes memory answer) = target.call(data);
            gas -= gasleft();
            answers[i] = Answer({succeeded: succeeded, gas: gas, data: answer});
        }
    }
}
