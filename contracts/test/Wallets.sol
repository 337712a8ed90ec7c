// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @dev A contract wallet whose answer the test chooses, byte by byte.
contract WalletSimulator is IERC1271 {
    enum Mood {
        APPROVING,
        REVERTING,
        BURNING,
        COUNTING
    }

    Mood public mood;
    bytes private _answer;
    bytes32 private _expectedDigest;
    bytes private _expectedSignature;

    function expect(bytes32 digest, bytes calldata signature, bytes calldata answer) external {
        _expectedDigest = digest;
        _expectedSignature = signature;
        _answer = answer;
    }

    function become(Mood wanted) external {
        mood = wanted;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view override returns (bytes4) {
        if (mood == Mood.REVERTING) {
            // solhint-disable-next-line gas-custom-errors
            revert("no");
        }
        if (mood == Mood.COUNTING && (gasleft() > 200_000 || gasleft() < 195_000)) {
            return 0;
        }
        uint256 i = 0;
        while (mood == Mood.BURNING) {
            ++i;
        }
        bool right = digest == _expectedDigest && keccak256(signature) == keccak256(_expectedSignature);
        bytes memory answer = right ? _answer : bytes("");
        assembly ("memory-safe") {
            return(add(answer, 0x20), mload(answer))
        }
    }
}

/// @dev A contract wallet that would approve everything, if it could write down that it did.
contract WritingWallet {
    uint256 public approvals;

    function isValidSignature(bytes32, bytes calldata) external returns (bytes4) {
        ++approvals;
        return IERC1271.isValidSignature.selector;
    }
}
