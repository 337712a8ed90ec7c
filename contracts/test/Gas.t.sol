// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Rfc6962} from "../Rfc6962.sol";
import {IResourceRegistry} from "../interfaces/IResourceRegistry.sol";
import {Fixture} from "./Fixture.sol";
import {Vectors} from "./Vectors.sol";

/// @dev Tells what a check costs inside a call.
contract Rfc6962Meter {
    function checkInclusion(
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
}

/// @dev Whole transactions, with calldata, in the steady state: a registration after the first of a contract, a grant
/// of a seat that was used before, an anchor that grows a ledger. The runner isolates each call in a transaction.
contract GasTest is Fixture {
    using Vectors for Vectors.Consistencies;

    event Measured(string what, uint256 gas);

    function test_register_costs_at_most_75000() public {
        _register(keccak256("earlier"));
        _register(DIGEST);
        _checkGas("register", 75_000);
    }

    function test_register_by_signature_costs_at_most_100000() public {
        _registerBySignature(keccak256("earlier"), 0);
        _registerBySignature(DIGEST, 1);
        _checkGas("registerBySignature", 100_000);
    }

    function test_a_grant_costs_at_most_80000_and_its_end_less() public {
        _register(DIGEST);
        _issue(0, 1);
        _issue(1, 1);
        _checkGas("issue, a new seat", 80_000);
        vm.warp(START + LOAN);
        bytes32 grant = _issue(0, 2);
        _checkGas("issue, a seat used before", 80_000);
        vm.warp(START + LOAN + 1 days);
        vm.prank(REGISTRAR);
        _grants.renew(DIGEST, STEWARD, 0, grant, START + 2 * LOAN + 1 days);
        _checkGas("renew", 50_000);
        vm.prank(REGISTRAR);
        _grants.revoke(DIGEST, STEWARD, 0, grant);
        _checkGas("revoke", 45_000);
        grant = _issue(0, 3);
        vm.prank(REGISTRAR);
        _grants.giveBack(DIGEST, STEWARD, 0, grant);
        _checkGas("giveBack", 45_000);
    }

    function test_an_anchor_costs_at_most_112000_at_a_million_entries() public {
        Vectors.Consistencies memory cases = Vectors.consistencies();
        uint256 i = cases.find(600_001, 1_000_000);
        vm.prank(ANCHORER);
        _anchors.anchor(LEDGER, uint64(cases.oldSizes[i]), cases.oldRoots[i], new bytes32[](0));
        _checkGas("anchor, the first", 90_000);
        vm.prank(ANCHORER);
        _anchors.anchor(LEDGER, uint64(cases.newSizes[i]), cases.newRoots[i], cases.proofs[i]);
        _checkGas("anchor, 600,001 to 1,000,000", 112_000);
    }

    function test_a_signed_anchor_costs_at_most_118000_at_a_million_entries() public {
        Vectors.Consistencies memory cases = Vectors.consistencies();
        uint256 i = cases.find(600_001, 1_000_000);
        uint64 size = uint64(cases.newSizes[i]);
        vm.prank(ANCHORER);
        _anchors.anchor(LEDGER, uint64(cases.oldSizes[i]), cases.oldRoots[i], new bytes32[](0));
        bytes memory signature = _signFor(_anchors, ANCHORER_KEY, _anchorHash(LEDGER, size, cases.newRoots[i], START));
        _anchors.anchorBySignature(LEDGER, size, cases.newRoots[i], cases.proofs[i], START, signature);
        _checkGas("anchorBySignature, 600,001 to 1,000,000", 118_000);
    }

    /// @dev Short proofs are left out: in a tree of 2^32 + 1 entries the last one has a single hash to check, and the
    /// levels that it skips cost a little, too.
    function test_an_inclusion_proof_costs_at_most_500_a_level_and_500_more() public {
        Rfc6962Meter meter = new Rfc6962Meter();
        Vectors.Inclusions memory cases = Vectors.inclusions();
        for (uint256 i = 0; i < cases.valid.length; ++i) {
            if (cases.valid[i] && cases.proofs[i].length >= 7) {
                uint256 gas = meter.checkInclusion(
                    cases.leaves[i],
                    uint64(cases.indexes[i]),
                    uint64(cases.sizes[i]),
                    cases.proofs[i],
                    cases.roots[i]
                );
                vm.assertLe(gas, 500 * cases.proofs[i].length + 500, "an inclusion proof");
            }
        }
    }

    function _registerBySignature(bytes32 digest, uint256 nonce) private {
        IResourceRegistry.Registration memory stated = _stated(digest);
        _resources.registerBySignature(stated, _authorized(_resources, REGISTRAR_KEY, _registerMembers(stated), nonce));
    }

    function _checkGas(string memory what, uint256 most) private {
        uint256 gas = vm.lastCallGas().gasTotalUsed;
        emit Measured(what, gas);
        vm.assertLe(gas, most, what);
    }
}
