// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Tries many calls in one, each on the state as it is, and tells how each ended
contract Judge {
    /// @dev How a call ended; also what takes back what it did.
    error Ended(bool succeeded, bytes answer);

    /// @dev Each call costs less; a wallet that burns its gas has 200,000.
    uint256 private constant GAS_A_CALL = 3_000_000;

    /// @notice Returns the time of the block, and for each call the encoding of `Ended`.
    /// @param targets a contract for each call
    /// @param calls data of each call
    function judge(
        address[] calldata targets,
        bytes[] calldata calls
    ) external returns (uint256 time, bytes[] memory endings) {
        endings = new bytes[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            // solhint-disable-next-line avoid-low-level-calls
            (, endings[i]) = address(this).call(abi.encodeCall(this.attempt, (targets[i], calls[i])));
        }
        return (block.timestamp, endings);
    }

    /// @notice Always reverts, with how the call ended.
    /// @param target the contract
    /// @param data of the call
    function attempt(address target, bytes calldata data) external {
        // solhint-disable-next-line avoid-low-level-calls
        (bool succeeded, bytes memory answer) = target.call{gas: GAS_A_CALL}(data);
        revert Ended(succeeded, answer);
    }
}
