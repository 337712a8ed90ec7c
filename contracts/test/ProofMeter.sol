// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Rfc6962} from "../Rfc6962.sol";

/// @title What an inclusion proof costs inside a call, by RFC 6962 and by OpenZeppelin's keccak trees
contract ProofMeter {
    error InvalidProof();

    function checkRfc6962(
        bytes32 leaf,
        uint64 index,
        uint64 size,
        bytes32[] calldata proof,
        bytes32 root
    ) external view returns (uint256 gas) {
        gas = gasleft();
        Rfc6962.checkInclusion(leaf, index, size, proof, root);
        gas -= gasleft();
    }

    function checkKeccak(bytes32 leaf, bytes32[] calldata proof, bytes32 root) external view returns (uint256 gas) {
        gas = gasleft();
        if (!MerkleProof.verifyCalldata(proof, root, leaf)) {
            revert InvalidProof();
        }
        gas -= gasleft();
    }
}
