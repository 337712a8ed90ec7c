// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Rfc6962} from "../Rfc6962.sol";
import {Test} from "./Test.sol";

/// @dev Hashes a node, or nothing, as many calls down as it is told.
contract Diver {
    function dive(uint256 calls, bool hashing) external view returns (bytes32) {
        if (calls != 0) {
            return this.dive(calls - 1, hashing);
        }
        return hashing ? Rfc6962.nodeHash(0, 0) : bytes32(0);
    }
}

/// @dev The EVM makes at most 1,024 calls inside each other. A precompile that cannot be called must not look like one
/// that answered.
contract CallDepthTest is Test {
    function test_a_hash_that_cannot_be_computed_reverts() public {
        Diver diver = new Diver();
        bytes32 node = sha256(abi.encodePacked(hex"01", bytes32(0), bytes32(0)));
        for (uint256 calls = 1_000; calls <= 1_024; ++calls) {
            try diver.dive(calls, true) returns (bytes32 hashed) {
                vm.assertEq(hashed, node, "hash");
            } catch (bytes memory reason) {
                vm.assertGt(calls, 1_000, "calls that are made");
                vm.assertEq(reason.length, 0, "reason");
                vm.assertEq(diver.dive(calls, false), 0, "there is room for the call, not for the precompile");
                return;
            }
        }
        vm.assertTrue(false, "no limit was met");
    }
}
